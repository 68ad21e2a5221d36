"""What goes over the wire: HTTP views, MQTT messages, and the one resolver."""
