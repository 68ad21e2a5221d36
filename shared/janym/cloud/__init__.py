"""AWS services behind ports: one module per service, boto3 in no other room but `crypto`."""
