package homeassistant_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What follows is what Home Assistant takes in a device discovery message, field by field: the tables of "configuration
// variables" of its documentation (mqtt, sensor.mqtt, binary_sensor.mqtt, camera.mqtt, sensor, binary_sensor) and of
// homeassistant/components/mqtt/{schemas,sensor,binary_sensor,camera,discovery,abbreviations}.py, read in November 2026.

// field checks the value of a field.
type field func(v any) error

// fields are those of an object; nothing else may stand there, although Home Assistant would drop it.
type fields map[string]field

// deviceFields, originFields and rootFields are those of DEVICE_DISCOVERY_SCHEMA.
func deviceFields() fields {
	return fields{
		"identifiers": list(text), "connections": list(list(text)), "configuration_url": url, "hw_version": text, "manufacturer": text, "model": text,
		"model_id": text, "name": text, "serial_number": text, "suggested_area": text, "sw_version": text, "via_device": text,
	}
}

func originFields() fields { return fields{"name": text, "sw_version": text, "support_url": url} }

func availabilityFields() fields {
	return fields{"topic": subscribed, "payload_available": text, "payload_not_available": text, "value_template": template}
}

// sharedFields stand at the root or in a component; commonFields in any component.
func sharedFields() fields {
	return fields{
		"availability": list(object(availabilityFields(), "topic")), "availability_mode": oneOf("all", "any", "latest"), "availability_template": template,
		"availability_topic": subscribed, "payload_available": text, "payload_not_available": text, "state_topic": subscribed, "command_topic": published,
		"qos": number(0, 2), "encoding": text,
	}
}

func rootFields() fields {
	f := sharedFields()
	f["device"], f["origin"], f["components"] = object(deviceFields()), object(originFields(), "name"), components
	return f
}

func commonFields() fields {
	f := sharedFields()
	delete(f, "command_topic")
	maps.Copy(f, fields{
		"platform": oneOf("sensor", "binary_sensor", "camera"), "unique_id": text, "default_entity_id": text, "name": text, "icon": icon,
		"enabled_by_default": truth, "entity_category": oneOf("config", "diagnostic"), "entity_picture": url, "json_attributes_topic": subscribed,
		"json_attributes_template": template,
	})
	return f
}

func sensorFields() fields {
	f := commonFields()
	maps.Copy(f, fields{
		"device_class": oneOf(slices.Collect(maps.Keys(sensorUnits()))...), "expire_after": number(0, 1<<31), "force_update": truth,
		"last_reset_value_template": template, "options": list(text), "suggested_display_precision": number(0, 20),
		"state_class": oneOf("measurement", "measurement_angle", "total", "total_increasing"), "unit_of_measurement": text, "value_template": template,
	})
	return f
}

func binarySensorFields() fields {
	f := commonFields()
	maps.Copy(f, fields{
		"device_class": oneOf(strings.Fields(`battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat light lock
			moisture motion moving occupancy opening plug power presence problem running safety smoke sound tamper update vibration window`)...),
		"expire_after": number(0, 1<<31), "force_update": truth, "off_delay": number(0, 1<<31), "payload_off": text, "payload_on": text,
		"value_template": template,
	})
	return f
}

func cameraFields() fields {
	f := commonFields()
	delete(f, "state_topic")
	f["topic"], f["image_encoding"] = subscribed, oneOf("b64")
	return f
}

// sensorUnits are the units that go with a sensor's device class (DEVICE_CLASS_UNITS); "" is none, "*" whatever there is.
func sensorUnits() map[string][]string {
	const volumes = "ft³ CCF MCF m³ L mL gal fl.oz."
	all := map[string]string{
		"apparent_power": "mVA VA kVA", "area": "m² cm² km² mm² in² ft² yd² mi² ac ha", "atmospheric_pressure": "mPa Pa hPa kPa bar cbar mbar mmHg inHg inH₂O psi",
		"battery": "%", "blood_glucose_concentration": "mg/dL mmol/L", "carbon_dioxide": "ppm", "carbon_monoxide": "ppm ppb mg/m³ μg/m³",
		"conductivity": "S/cm mS/cm μS/cm", "current": "A mA", "data_rate": "bit/s kbit/s Mbit/s Gbit/s B/s kB/s MB/s GB/s KiB/s MiB/s GiB/s",
		"data_size": "bit kbit Mbit Gbit B kB MB GB TB PB EB ZB YB KiB MiB GiB TiB PiB EiB ZiB YiB", "distance": "mm cm m km in ft yd mi nmi",
		"duration": "d h min s ms μs", "energy": "J kJ MJ GJ mWh Wh kWh MWh GWh TWh cal kcal Mcal Gcal", "energy_distance": "kWh/100km Wh/km mi/kWh km/kWh",
		"energy_storage": "J kJ MJ GJ mWh Wh kWh MWh GWh TWh cal kcal Mcal Gcal", "frequency": "Hz kHz MHz GHz", "gas": "L m³ ft³ CCF MCF",
		"humidity": "%", "illuminance": "lx", "irradiance": "W/m² BTU/(h⋅ft²)", "moisture": "%", "nitrogen_dioxide": "ppb ppm μg/m³",
		"nitrogen_monoxide": "ppb μg/m³", "nitrous_oxide": "μg/m³", "ozone": "ppb ppm μg/m³", "pm1": "μg/m³", "pm10": "μg/m³", "pm25": "μg/m³", "pm4": "μg/m³",
		"power": "mW W kW MW GW TW BTU/h", "precipitation": "cm in mm", "precipitation_intensity": "in/d in/h mm/d mm/h",
		"pressure": "mPa Pa hPa kPa bar cbar mbar mmHg inHg inH₂O psi", "reactive_energy": "varh kvarh", "reactive_power": "mvar var kvar", "signal_strength": "dB dBm",
		"sound_pressure": "dB dBA", "speed": "ft/s in/d in/h in/s km/h kn m/min m/s mph mm/d mm/s", "sulphur_dioxide": "ppb μg/m³", "temperature": "°C °F K",
		"temperature_delta": "°C °F K", "volatile_organic_compounds": "μg/m³ mg/m³", "volatile_organic_compounds_parts": "ppm ppb", "voltage": "V mV μV kV MV",
		"volume": volumes, "volume_storage": volumes, "volume_flow_rate": "m³/h m³/min m³/s ft³/min L/h L/min L/s gal/h gal/min gal/d mL/s",
		"water": "L gal m³ ft³ CCF MCF", "weight": "kg g mg μg oz lb st", "wind_direction": "°", "wind_speed": "Beaufort ft/s km/h kn m/s mph",
	}
	units := map[string][]string{"monetary": {"*"}, "aqi": {""}, "ph": {""}, "power_factor": {"", "%"}, "date": {""}, "enum": {""}, "timestamp": {""}}
	for class, words := range all {
		units[class] = strings.Fields(words)
	}
	return units
}

// stateClasses are those that go with a device class, where not "measurement" alone does (DEVICE_CLASS_STATE_CLASSES).
func stateClasses(class string) []string {
	all := []string{"measurement", "total", "total_increasing"}
	switch class {
	case "": // any
		return append(all, "measurement_angle")
	case "area", "data_size", "distance", "duration", "precipitation", "weight":
		return all
	case "energy", "gas", "reactive_energy", "volume", "water":
		return all[1:]
	case "monetary":
		return []string{"total"}
	case "wind_direction":
		return []string{"measurement_angle"}
	case "date", "enum", "timestamp":
		return nil
	}
	return all[:1]
}

// checkMessage holds a message on a topic against all of the above.
func checkMessage(topic string, payload []byte) error {
	if !regexp.MustCompile(`^[^/]+/device/([a-zA-Z0-9_-]+/)?[a-zA-Z0-9_-]+/config$`).MatchString(topic) {
		return fmt.Errorf("topic %q is none of device discovery", topic)
	}
	var v any
	if err := json.Unmarshal(payload, &v); err != nil {
		return err
	}
	if err := object(rootFields(), "device", "origin", "components")(v); err != nil {
		return err
	}
	device := v.(map[string]any)["device"].(map[string]any)
	if device["identifiers"] == nil && device["connections"] == nil {
		return fmt.Errorf("device has no identifiers and no connections")
	}
	return nil
}

// components checks each component by its platform. One without further fields takes the entity away.
func components(v any) error {
	all, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%T is no object", v)
	}
	ids := map[any]string{}
	for id, c := range all {
		if strings.ContainsAny(id, " ") {
			return fmt.Errorf("%q: a space would split the id of discovery", id)
		}
		if err := component(c); err != nil {
			return fmt.Errorf("%q: %w", id, err)
		}
		if o := c.(map[string]any); len(o) > 1 {
			if twin, twice := ids[o["unique_id"]]; twice {
				return fmt.Errorf("%q and %q have one unique_id", id, twin)
			}
			ids[o["unique_id"]] = id
		}
	}
	return nil
}

func component(v any) error {
	o, _ := v.(map[string]any)
	if len(o) == 1 {
		return object(fields{"platform": commonFields()["platform"]}, "platform")(v)
	}
	if o["availability"] != nil && o["availability_topic"] != nil {
		return fmt.Errorf("availability and availability_topic exclude each other")
	}
	switch o["platform"] {
	case "binary_sensor":
		return object(binarySensorFields(), "platform", "unique_id", "state_topic")(v)
	case "camera":
		return object(cameraFields(), "platform", "unique_id", "topic")(v)
	}
	if err := object(sensorFields(), "platform", "unique_id", "state_topic")(v); err != nil {
		return err
	}
	return sensorRules(o)
}

// sensorRules are those between the fields of a sensor.
func sensorRules(o map[string]any) error {
	class, _ := o["device_class"].(string)
	unit, _ := o["unit_of_measurement"].(string)
	state, stated := o["state_class"].(string)
	if units := sensorUnits()[class]; class != "" && !slices.Contains(units, unit) && !slices.Contains(units, "*") {
		return fmt.Errorf("device_class %q does not go with unit %q", class, unit)
	}
	if stated && !slices.Contains(stateClasses(class), state) {
		return fmt.Errorf("device_class %q does not go with state_class %q", class, state)
	}
	if o["last_reset_value_template"] != nil && state != "total" {
		return fmt.Errorf("last_reset_value_template without state_class total")
	}
	if o["options"] != nil && (class != "enum" || stated || unit != "") {
		return fmt.Errorf("options are for device_class enum alone, without state_class and unit")
	}
	return nil
}

// object wants some fields and knows all.
func object(known fields, wanted ...string) field {
	return func(v any) error {
		o, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("%T is no object", v)
		}
		for _, name := range wanted {
			if o[name] == nil {
				return fmt.Errorf("lacks %q", name)
			}
		}
		for name, value := range o {
			check, ok := known[name]
			if !ok {
				return fmt.Errorf("%q is no field of it", name)
			}
			if err := check(value); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
}

func list(each field) field {
	return func(v any) error {
		l, ok := v.([]any)
		if !ok || len(l) == 0 {
			return fmt.Errorf("%v is no list of something", v)
		}
		for i, item := range l {
			if err := each(item); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
}

func text(v any) error {
	if s, ok := v.(string); !ok || s == "" {
		return fmt.Errorf("%v is no text", v)
	}
	return nil
}

func oneOf(words ...string) field {
	return func(v any) error {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			return fmt.Errorf("%v is none of %v", v, words)
		}
		return nil
	}
}

func number(least, most float64) field {
	return func(v any) error {
		if n, ok := v.(float64); !ok || n != float64(int64(n)) || n < least || n > most {
			return fmt.Errorf("%v is no whole number from %v to %v", v, least, most)
		}
		return nil
	}
}

func truth(v any) error {
	if _, ok := v.(bool); !ok {
		return fmt.Errorf("%v is no bool", v)
	}
	return nil
}

func matches(pattern, what string) field {
	is := regexp.MustCompile(pattern)
	return func(v any) error {
		if s, ok := v.(string); !ok || !is.MatchString(s) {
			return fmt.Errorf("%v is no %s", v, what)
		}
		return nil
	}
}

func url(v any) error  { return matches(`^(https?|homeassistant)://.`, "URL")(v) }
func icon(v any) error { return matches(`^[a-z]+:.`, "icon")(v) }

// subscribed is a topic filter, published a topic; those of edged's messages have no wildcards in either.
func subscribed(v any) error { return published(v) }
func published(v any) error  { return matches(`^[^+#\x00]+$`, "topic")(v) }

// template finds braces that do not match; there is no Jinja here that could tell more.
func template(v any) error {
	s, _ := v.(string)
	out := regexp.MustCompile(`"(\\.|[^"\\])*"`).ReplaceAllString(s, "x") // what literals hold
	depth := 0
	for i := 0; i+1 < len(out); i++ {
		switch out[i : i+2] {
		case "{{", "{%":
			depth++
			i++
		case "}}", "%}":
			depth--
			i++
		}
		if depth < 0 || depth > 1 {
			return fmt.Errorf("%q: braces that do not match", s)
		}
	}
	if s == "" || depth != 0 || !strings.Contains(s, "{{") {
		return fmt.Errorf("%q is no template", s)
	}
	return nil
}
