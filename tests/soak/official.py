"""Runs the launcher that Hummingbot ships, untouched, against another exchange's address.

    ENGINE_PYTHON official.py ROOT EXCHANGE KEY SECRET STRATEGY_FILE

It runs in Hummingbot's interpreter. What the launcher imports for its screen, and our environment
does not have, is empty here: without a screen it is not used. Keys are stored as Hummingbot stores
them. Nothing of it is changed but where it looks for its files and for Binance; its root holds one
connector, so that it asks no other exchange for anything.
"""

import importlib
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

PASSWORD = "of the test's own key store"
LAUNCHER = Path(sys.executable).parent / "hummingbot_quickstart.py"
LEFT_OUT = {
    "path_util": (),
    "bin": (),
    "bin.hummingbot": ("UIStartListener", "detect_available_port"),
    "hummingbot.core.management.console": ("start_management_console",),
}
LINKED = ("connector/exchange/binance", "templates")
FOLDERS = ("conf/connectors", "conf/strategies", "conf/scripts", "logs", "data", "scripts")
CLIENT = (
    "send_error_logs: false\nanonymized_metrics_mode: {}\nrate_oracle_source: {name: binance}\n"
)


def relocate(root: Path, strategy: Path) -> None:
    """Make a root for Hummingbot; its paths are set before anything else of it is imported."""
    hummingbot: Any = importlib.import_module("hummingbot")
    installed = Path(hummingbot.__file__).parent
    for part in LINKED:
        (root / "hummingbot" / part).parent.mkdir(parents=True, exist_ok=True)
        (root / "hummingbot" / part).symlink_to(installed / part)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    (root / "conf" / "strategies" / "quotes.yml").write_text(strategy.read_text())
    (root / "conf" / "conf_client.yml").write_text(CLIENT)
    hummingbot.root_path = lambda: root
    hummingbot.set_prefix_path(str(root))
    hummingbot.set_data_path(str(root / "data"))


def redirect(exchange: str) -> None:
    """Send Binance's connector to another address, HOST:PORT."""
    constants: Any = importlib.import_module(
        "hummingbot.connector.exchange.binance.binance_constants"
    )
    constants.REST_URL = f"http://{exchange}/api/"
    constants.WSS_URL = f"ws://{exchange}/ws"
    constants.WSS_API_URL = f"ws://{exchange}/ws-api/v3"


def store_keys(key: str, secret: str) -> None:
    """Encrypt them into the root, as its own `connect` command does."""
    crypt: Any = importlib.import_module("hummingbot.client.config.config_crypt")
    helpers: Any = importlib.import_module("hummingbot.client.config.config_helpers")
    security: Any = importlib.import_module("hummingbot.client.config.security")
    settings: Any = importlib.import_module("hummingbot.client.settings")
    manager = crypt.ETHKeyFileSecretManger(PASSWORD)
    crypt.store_password_verification(manager)
    security.Security.login(manager)
    keys = helpers.ClientConfigAdapter(
        settings.AllConnectorSettings.get_connector_config_keys("binance")
    )
    keys.binance_api_key, keys.binance_api_secret = key, secret
    security.Security.update_secure_config(keys)


def launch() -> None:
    """Become the launcher."""
    for name, parts in LEFT_OUT.items():
        module = ModuleType(name)
        vars(module).update(dict.fromkeys(parts))
        sys.modules[name] = module
    sys.argv = [
        *(str(LAUNCHER), "--headless", "--config-file-name", "quotes.yml"),
        *("--config-password", PASSWORD),
    ]
    runpy.run_path(str(LAUNCHER), run_name="__main__")


if __name__ == "__main__":
    relocate(Path(sys.argv[1]), Path(sys.argv[5]))
    redirect(sys.argv[2])
    store_keys(sys.argv[3], sys.argv[4])
    launch()
