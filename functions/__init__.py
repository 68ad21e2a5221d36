"""One Lambda function per folder: parse, call one verb, answer."""
