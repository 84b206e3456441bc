// Package command understands what is asked of a daemon over MQTT, and answers: a request/<verb> becomes a call of one of the
// Daemon's functions, and what that returns a response/<verb>. It hides that a request may be anything: of a stranger, too
// large, half a JSON, one of thousands, or left on the broker years ago.
//
// A request is an object whose fields are words and numbers, or nothing at all. Its transaction, if it has one, comes back in
// the answer:
//
//	request/threshold   {"transaction":"7","pipeline":"room","label":"fire","value":0.7}
//	response/threshold  {"status":"ok","data":{…},"transaction":"7"}
//	response/threshold  {"status":"error","error":"value: 7 is not within 0 to 1","transaction":"7"}
//
// # Why
//
// Requests are read strictly, each field by its exact name, once, with its type: who mistypes a threshold shall hear of it, and
// not find out in a fire.
//
// One request is carried out at a time, at most 50 a second, and few wait: answers share the way to the broker with events,
// and nobody who asks may push those out.
//
// Requests that the broker has retained are not carried out: they would be again at each connection.
package command
