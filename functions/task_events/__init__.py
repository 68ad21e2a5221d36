"""What ECS says of bots' tasks."""
