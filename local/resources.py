"""Names of what the laptop's AWS holds from the start; they never change from run to run."""

from local.environment import ACCOUNT, REGION

KEY_ID = "6a616e79-6d00-4000-8000-6c6f63616c00"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"
KEY_ALIAS = "alias/janym-credentials"
KEY_BYTES = 32
CLICKHOUSE_SECRET = "janym/clickhouse"  # noqa: S105 - the secret's name
CLICKHOUSE_SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{CLICKHOUSE_SECRET}"
"""Without the random suffix that the service adds: lookups take the partial form."""
