// Package topic makes the MQTT topics of one device from templates, and checks those and the names put into them.
//
// # Why
//
// Config, publisher and discovery must agree on each topic, and none of them imports the others.
package topic
