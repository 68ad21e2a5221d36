"""The gate's rules by subject: each sees a fault that cfn-lint and `sam validate` let pass."""

from iac.rules import access, bots, functions, keys, messages, queues, stacks, wiring

RULES = (
    *stacks.RULES,
    *functions.RULES,
    *queues.RULES,
    *messages.RULES,
    *bots.RULES,
    *access.RULES,
    *keys.RULES,
    *wiring.RULES,
)
