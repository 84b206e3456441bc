// Command edged runs int8 TensorFlow Lite encoders on cameras, microphones and I²C sensors and sends what they say over
// MQTT. It wires the rooms together and holds nothing else: each command is one file here, the config file is read in
// internal/config, and the work is done in runtime, sensors and pipelines.
//
// # Why
//
// main calls run, which gets its arguments, environment and streams as parameters and returns the exit status: so a
// test runs every command in its own process, and nothing below main ends the program.
//
// This is the only package that builds log handlers and reads the environment.
package main
