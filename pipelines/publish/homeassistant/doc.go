// Package homeassistant says to Home Assistant what a device has: one message of MQTT device discovery
// (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload, of Home Assistant 2024.12 and later), with an
// entity for each label, reading, caption, camera and figure of health. It makes messages and sends none.
//
// # Why
//
// Templates pick what an entity shows out of the payloads that everybody gets: there is no second set of topics for Home
// Assistant. Names go into templates as string literals, and members of JSON objects are taken with get or in brackets,
// since value_json.values would be a method of the dict.
//
// Messages are written without Home Assistant's abbreviations. They are some ten kilobytes, sent a few times a day, and
// people read them with mosquitto_sub.
//
// Home Assistant keeps what a newer message leaves out. Only {"platform": …} in an entity's place removes it, and only
// while Home Assistant runs; so the message that the broker still holds from an earlier run is compared with this one's
// (Device.Removal), and what is gone from the config is named once, in a message that is not retained. What was left out
// because it could not be opened is no such thing: a model's file that is missing for a day must not cost the names and
// areas that somebody gave its entities.
package homeassistant
