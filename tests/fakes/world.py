"""A whole platform in memory, and the steps that tests take in it."""

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from janym.domain.bot import Bot, BotStatus, Environment, Position, StopMode
from janym.domain.command import Command, CommandState
from janym.domain.credential import Credential, ExchangeKey
from janym.domain.ids import BotId, OrganizationId, RunId, TaskId, UserId
from janym.domain.organization import Caller, Limits, Role, TradingState
from janym.domain.run import Run
from janym.domain.telemetry import AckReport, Rejected, StatusReport
from janym.ports.unit_of_work import Page
from janym.usecases import (
    admission,
    bots,
    claim,
    credentials,
    halts,
    ingest,
    organization,
    outbox,
    reconcile,
    task_events,
    venue_check,
    wishes,
)
from janym.usecases.platform import Platform
from tests.fakes.clock import FakeClock, FakeRandomness
from tests.fakes.market_past import FakeListings, FakeMarketPast
from tests.fakes.memory import MemoryUnits
from tests.fakes.outside import FakePasses
from tests.fakes.platform import (
    FakeBus,
    FakeCertificates,
    FakeFunctions,
    FakeHistory,
    FakeLauncher,
    FakeSeal,
    FakeTask,
    FakeVault,
)
from tests.fakes.retention import MemoryRetention
from tests.fakes.venue import FakeVenue, FakeVenues

ACME, RIVAL = OrganizationId("org_acme"), OrganizationId("org_rival")
CSR = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
KEY = ExchangeKey(api_key="canary-key-abcd1234", api_secret="canary-secret-zyxw9876")
CONFIG = {
    "bid_spread": "0.001",
    "ask_spread": "0.001",
    "order_amount": "0.05",
    "order_refresh_time": 15,
}


def member(role: Role, organization: OrganizationId = ACME) -> Caller:
    """Make a member; its name says its role."""
    return Caller(user=UserId(f"user_{role}"), organization=organization, role=role)


ADMIN, ANA, VERA = member(Role.ADMIN), member(Role.TRADER), member(Role.VIEWER)
EVE = member(Role.ADMIN, RIVAL)
"""Admin of another organization."""


@dataclass
class World:
    """Every port, faked; what use cases and functions do to it can be looked at."""

    units: MemoryUnits = field(default_factory=MemoryUnits)
    clock: FakeClock = field(default_factory=FakeClock)
    randomness: FakeRandomness = field(default_factory=FakeRandomness)
    vault: FakeVault = field(default_factory=FakeVault)
    bus: FakeBus = field(default_factory=FakeBus)
    functions: FakeFunctions = field(default_factory=FakeFunctions)
    launcher: FakeLauncher = field(default_factory=FakeLauncher)
    certificates: FakeCertificates = field(default_factory=FakeCertificates)
    passes: FakePasses = field(default_factory=FakePasses)
    venue: FakeVenue = field(default_factory=FakeVenue)
    history: FakeHistory = field(default_factory=FakeHistory)
    retention: MemoryRetention = field(default_factory=MemoryRetention)

    @property
    def venues(self) -> FakeVenues:
        return FakeVenues(self.venue)

    @property
    def platform(self) -> Platform:
        return Platform(
            units=self.units,
            clock=self.clock,
            randomness=self.randomness,
            bus=self.bus,
            functions=self.functions,
            launcher=self.launcher,
            certificates=self.certificates,
        )

    @property
    def tools(self) -> venue_check.Tools:
        return venue_check.Tools(
            units=self.units,
            clock=self.clock,
            vault=self.vault,
            venues=self.venues,
            functions=self.functions,
        )

    def wiring(self) -> SimpleNamespace:
        """Give what stands in for `janym.wiring`."""
        settings = SimpleNamespace(
            bot_role_name="janym-bot-task",
            bot_container="bot",
            bot_subnets=("subnet-a", "subnet-b"),
            egress_addresses=("203.0.113.10", "203.0.113.11"),
            iot_ca_pem="-----BEGIN CERTIFICATE-----\nroot\n",
            iot_data_endpoint="broker.test",
            iot_mqtt_port=8883,
            telemetry_rule="janym_telemetry",
            live_socket_url="wss://live.test/live",
            history_days=730,
        )
        ports: dict[str, Any] = {
            "units": self.units,
            "clock": self.clock,
            "pause": self.let_pass,
            "randomness": self.randomness,
            "vault": self.vault,
            "seal": FakeSeal(),
            "bus": self.bus,
            "functions": self.functions,
            "launcher": self.launcher,
            "certificates": self.certificates,
            "passes": self.passes,
            "venues": self.venues,
            "history": self.history,
            "retention": self.retention,
            "market_past": FakeMarketPast(),
            "roster": FakeListings(),
            "settings": settings,
        }
        made = {name: (lambda port=port: port) for name, port in ports.items()}
        wiring = SimpleNamespace(**made, migrate=lambda: "0001")

        def admit(who: Caller) -> Caller:
            return admission.admit(who, units=wiring.units(), clock=self.clock)

        wiring.admit = admit
        return wiring

    def let_pass(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)

    # ---- what members do

    def create_organization(self, caller: Caller = ADMIN) -> None:
        """Create it, with a member of each role."""
        with self.units(caller.organization) as uow:
            organization.put(uow, "Acme", caller=caller, clock=self.clock)
            uow.commit()
        for role in set(Role) - {caller.role}:
            admission.admit(member(role, caller.organization), units=self.units, clock=self.clock)

    def allow_live_trading(self, caller: Caller = ADMIN) -> None:
        with self.units(caller.organization) as uow:
            organization.put_live_trading(
                uow,
                enabled=True,
                confirmation=f"trade real money in {caller.organization}",
                caller=caller,
                clock=self.clock,
            )
            uow.commit()

    def limit(self, caller: Caller = ADMIN, **limits: int) -> None:
        with self.units(caller.organization) as uow:
            organization.put_limits(uow, Limits(**limits), caller=caller, clock=self.clock)
            uow.commit()

    def put_state(
        self,
        state: TradingState,
        *,
        stop_mode: StopMode = StopMode.CANCEL_ORDERS,
        caller: Caller = ANA,
    ) -> halts.Changed:
        change = halts.Change(state=state, reason="a test says so", stop_mode=stop_mode)
        with self.units(caller.organization) as uow:
            changed = halts.put(
                uow, change, caller=caller, clock=self.clock, randomness=self.randomness
            )
            uow.commit()
        return changed

    def enforce(self, organization: OrganizationId = ACME) -> list[halts.Unreached]:
        return list(halts.enforce(organization, self.platform, self.let_pass))

    def create_credential(self, label: str = "default", caller: Caller = ANA) -> Credential:
        asked = credentials.NewCredential(
            exchange="binance", environment=Environment.PAPER, label=label, key=KEY
        )
        examined = credentials.examine(asked, caller=caller, venues=self.venues)
        with self.units(caller.organization) as uow:
            created = credentials.create(
                uow,
                examined,
                caller=caller,
                vault=self.vault,
                clock=self.clock,
                randomness=self.randomness,
            )
            uow.commit()
        return created

    def create_bot(self, credential: Credential, name: str = "maker", caller: Caller = ANA) -> Bot:
        spec = bots.BotSpec(
            name=name,
            strategy_type="pure_market_making",
            exchange="binance",
            environment=Environment.PAPER,
            trading_pair="ETH-USDT",
            credential=credential.id,
            config=CONFIG,
        )
        spec = bots.examine(spec, caller=caller, venues=self.venues)
        with self.units(caller.organization) as uow:
            created = bots.create(
                uow, spec, caller=caller, clock=self.clock, randomness=self.randomness
            )
            uow.commit()
        return created

    def stopped_bot(self) -> Bot:
        """Make an organization with a key and a bot that nobody started yet."""
        self.create_organization()
        return self.create_bot(self.create_credential())

    def start(self, bot: BotId, caller: Caller = ANA) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.start(
                uow,
                bot,
                wishes.StartOptions(),
                caller=caller,
                clock=self.clock,
                randomness=self.randomness,
            )
            uow.commit()
        return command

    def apply(self, bot: BotId, caller: Caller = ANA) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.apply(
                uow, bot, caller=caller, clock=self.clock, randomness=self.randomness
            )
            uow.commit()
        return command

    def pause_bot(self, bot: BotId, caller: Caller = ANA) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.pause(
                uow, bot, caller=caller, clock=self.clock, randomness=self.randomness
            )
            uow.commit()
        return command

    def resume_bot(self, bot: BotId, caller: Caller = ANA) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.resume(
                uow, bot, caller=caller, clock=self.clock, randomness=self.randomness
            )
            uow.commit()
        return command

    def restart(self, bot: BotId, caller: Caller = ANA) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.restart(
                uow,
                bot,
                wishes.StartOptions(),
                caller=caller,
                clock=self.clock,
                randomness=self.randomness,
            )
            uow.commit()
        return command

    def stop(
        self, bot: BotId, mode: StopMode = StopMode.CANCEL_ORDERS, caller: Caller = ANA
    ) -> Command:
        with self.units(caller.organization) as uow:
            command = wishes.stop(
                uow,
                bot,
                mode,
                caller=caller,
                clock=self.clock,
                randomness=self.randomness,
            )
            uow.commit()
        return command

    # ---- what the platform and its bots do

    def dispatch(self) -> list[outbox.Failed]:
        return outbox.dispatch(self.platform)

    def reconcile(self, bot: BotId) -> None:
        reconcile.one(bot, self.platform)

    def check_venue(self, bot: BotId) -> None:
        venue_check.check(bot, self.tools)

    def claim(
        self,
        run: RunId,
        *,
        token: str | None = None,
        task: TaskId | None = None,
        csr_pem: str = CSR,
    ) -> claim.Claimed:
        launched = self.launcher.tasks[run]
        asked = claim.Claim(
            run=run, token=token or launched.token, csr_pem=csr_pem, task=task or launched.id
        )
        return claim.claim(
            asked,
            units=self.units,
            clock=self.clock,
            vault=self.vault,
            certificates=self.certificates,
        )

    def report(
        self,
        bot: BotId,
        status: BotStatus,
        *,
        seq: int,
        session: int = 1,
        reason: str | None = None,
    ) -> None:
        """Have a bot say what it does."""
        told = StatusReport(
            bot=bot,
            position=Position(session=session, seq=seq),
            at=self.clock.now(),
            status=status,
            reason=reason,
            detail=None,
            uptime_seconds=1,
        )
        way = Rejected(
            topic="", bot=str(bot), client_id=None, reason="", body=b"", received_at=told.at
        )
        ingest.current([ingest.Heard(report=told, came_as=way)], [], units=self.units)

    def acknowledge(self, command: Command, *, seq: int = 2, session: int = 1) -> None:
        """Have a bot say that it has heard a command."""
        told = AckReport(
            bot=command.bot,
            position=Position(session=session, seq=seq),
            at=self.clock.now(),
            command=command.id,
            state=CommandState.ACKNOWLEDGED,
            reason=None,
        )
        way = Rejected(
            topic="",
            bot=str(command.bot),
            client_id=None,
            reason="",
            body=b"",
            received_at=told.at,
        )
        ingest.current([ingest.Heard(report=told, came_as=way)], [], units=self.units)

    def task_event(
        self,
        task: FakeTask,
        *,
        version: int = 3,
        stopped: bool = True,
        exit_code: int | None = None,
        reason: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Have ECS tell how a task fares."""
        event = task_events.TaskEvent(
            task=task.id,
            run=task.run,
            version=version,
            stopped=stopped,
            exit_code=exit_code,
            stopped_reason=reason,
            at=at or self.clock.now(),
        )
        return task_events.apply(
            event,
            units=self.units,
            clock=self.clock,
            functions=self.functions,
            certificates=self.certificates,
        )

    def running_bot(self) -> Bot:
        """Make a bot that was started, claimed and says that it runs, in session 1."""
        bot = self.stopped_bot()
        self.start(bot.id)
        self.dispatch()
        self.claim(self.open_run(bot.id).id)
        self.report(bot.id, BotStatus.RUNNING, seq=1)
        return self.bot(bot.id)

    # ---- what can be seen

    def bot(self, bot: BotId) -> Bot:
        return self.units.tables.bots[bot]

    def open_run(self, bot: BotId) -> Run:
        with self.units(None) as uow:
            run = uow.runs.open(bot)
        assert run is not None, "the bot has no open run"
        return run

    def runs(self, bot: BotId) -> list[Run]:
        return [run for run in self.units.tables.runs.values() if run.bot == bot]

    def commands(self, bot: BotId) -> list[Command]:
        """List a bot's commands, newest first."""
        with self.units(None) as uow:
            return list(uow.commands.list(bot, Page()).items)

    def task(self, bot: BotId) -> FakeTask:
        """Give the newest task of a bot."""
        return [task for task in self.launcher.tasks.values() if task.bot == bot][-1]
