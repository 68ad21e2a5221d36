"""The one logger of the functions: structured JSON, one line per event, nothing secret.

Events and payloads are never logged whole: a claim's answer or a new credential holds a key.
"""

from aws_lambda_powertools import Logger

logger = Logger(service="janym", use_rfc3339=True, utc=True, log_uncaught_exceptions=False)
