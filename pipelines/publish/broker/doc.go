// Package broker serves an MQTT broker inside the daemon, for those who have none: "mqtt.broker: embedded". It hides
// mochi's.
//
// # Why
//
// It listens on loopback only. Whoever wants a broker for the network wants one with users, certificates and a disk,
// such as mosquitto; this one keeps nothing and, unless told a password, trusts every process of the machine.
package broker
