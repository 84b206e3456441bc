package homeassistant_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/homeassistant"
	"edged/pipelines/publish/topic"
	"edged/sensors"
)

// porch is a device that has everything.
func porch(t *testing.T) homeassistant.Options {
	t.Helper()
	topics, err := topic.New("porch", topic.Templates{})
	if err != nil {
		t.Fatal(err)
	}
	return homeassistant.Options{
		ID: "porch", Topics: topics, Version: "0.1.0", Board: "Raspberry Pi 5 Model B Rev 1.0", Arch: "arm64",
		Sensors: []homeassistant.Sensor{
			{Name: "cam", Pictures: true},
			{Name: "yard", Pictures: true},
			{Name: "mic", Gives: []homeassistant.Quantity{{"level", sensors.DBFS}, {"peak", sensors.DBFS}}},
			{Name: "air", Gives: []homeassistant.Quantity{{"temperature", sensors.Celsius}, {"pressure", sensors.Pascal}, {"humidity", sensors.Percent}}},
			{Name: "field", Learn: true},
		},
		Pipelines: []homeassistant.Pipeline{
			{
				Name: "room", Captions: true, Alerts: []string{"fire"},
				Sources: []homeassistant.Source{{Model: "room-fusion", Kind: pipelines.KindLabels, Labels: []string{"empty", "person", "fire", "washer_unbalanced"}}},
			},
			{
				Name: "street", Sources: []homeassistant.Source{
					{Sensor: "cam", Model: "ssd", Kind: pipelines.KindDetections, Labels: []string{"person", "traffic light", "???", "???"}, Tracked: true},
					{Sensor: "yard", Model: "ssd", Kind: pipelines.KindDetections, Labels: []string{"person"}},
					{Sensor: "mic", Model: "kws", Kind: pipelines.KindLabels, Labels: []string{"yes", "no"}},
					{Sensor: "mic", Model: "yam.net", Kind: pipelines.KindLabels, Labels: many(521)},
				},
			},
		},
	}
}

func many(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint("class ", i))
	}
	return all
}

func device(t *testing.T, o homeassistant.Options) *homeassistant.Device {
	t.Helper()
	d, err := homeassistant.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// entities are the components of a message, which must be one that Home Assistant takes.
func entities(t *testing.T, d *homeassistant.Device, payload []byte) map[string]map[string]any {
	t.Helper()
	if err := checkMessage(d.Topic(), payload); err != nil {
		t.Fatalf("Home Assistant would refuse it: %v\n%s", err, payload)
	}
	var m struct{ Components map[string]map[string]any }
	if err := json.Unmarshal(payload, &m); err != nil {
		t.Fatal(err)
	}
	return m.Components
}

func TestHomeAssistantTakesTheMessage(t *testing.T) {
	d := device(t, porch(t))
	if got, want := d.Topic(), "homeassistant/device/porch/config"; got != want {
		t.Errorf("got topic %q, want %q", got, want)
	}
	got := slices.Sorted(maps.Keys(entities(t, d, d.Payload())))
	want := strings.Fields(`
		alert.room.fire caption.room count.street.cam.person count.street.cam.traffic_light~a71d0816 count.street.yard.person
		device.dropped device.latency device.memory device.queue device.uptime events.room events.street
		label.room.empty label.room.fire label.room.person label.room.washer_unbalanced label.street.mic.kws.no label.street.mic.kws.yes
		labels.room labels.street.mic.kws labels.street.mic.yam_net~a187ffe3 objects.street.cam objects.street.yard picture.cam picture.yard
		rate.air rate.cam rate.field rate.mic rate.yard reading.air.humidity reading.air.pressure reading.air.temperature reading.mic.level reading.mic.peak
		slowest.room slowest.street storage.outbox trouble.air trouble.cam trouble.field trouble.mic trouble.yard`)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRootOfTheMessage holds what is said of the device itself against the words.
func TestRootOfTheMessage(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(device(t, porch(t)).Payload(), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "components")
	text, _ := json.Marshal(got)
	want := `{"availability":[{"topic":"edged/porch/availability","value_template":"{{ 'online' if value == 'online' else 'offline' }}"}],` +
		`"device":{"hw_version":"arm64","identifiers":["edged-porch"],"manufacturer":"edged","model":"Raspberry Pi 5 Model B Rev 1.0","name":"porch","sw_version":"0.1.0"},` +
		`"origin":{"name":"edged","sw_version":"0.1.0"},"qos":1}`
	if string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestEntities(t *testing.T) {
	d := device(t, porch(t))
	all := entities(t, d, d.Payload())
	const device = `{"topic":"edged/porch/availability","value_template":"{{ 'online' if value == 'online' else 'offline' }}"}`
	while := func(sensor string) string {
		return `"availability":[` + device + `,{"topic":"edged/porch/health","value_template":"{{ 'offline' if value_json.sensors.get(\"` + sensor +
			`\", {}).get('state') in ['stale', 'failing'] else 'online' }}"}],"availability_mode":"all",`
	}
	for id, want := range map[string]string{
		"label.room.fire": `{"device_class":"safety","name":"room fire","platform":"binary_sensor","state_topic":"edged/porch/room/labels",` +
			`"unique_id":"edged.porch.label.room.fire",` +
			`"value_template":"{{ ('ON' if \"fire\" in (value_json.labels | map(attribute='name') | list) else 'OFF') if not value_json.historical | default(false) else '' }}"}`,
		"label.street.mic.kws.no": `{` + while("mic") + `"name":"street mic kws no","platform":"binary_sensor","state_topic":"edged/porch/street/labels",` +
			`"unique_id":"edged.porch.label.street.mic.kws.no",` +
			`"value_template":"{{ ('ON' if \"no\" in (value_json.labels | map(attribute='name') | list) else 'OFF') if ` +
			`value_json.sensor | default('') == \"mic\" and value_json.model | default('') == \"kws\" and not value_json.historical | default(false) else '' }}"}`,
		"count.street.cam.person": `{` + while("cam") + `"name":"street cam person count","platform":"sensor","state_class":"measurement",` +
			`"state_topic":"edged/porch/street/detections","suggested_display_precision":0,"unique_id":"edged.porch.count.street.cam.person",` +
			`"value_template":"{{ (value_json.counts | default({})).get(\"person\", 0) if value_json.sensor | default('') == \"cam\" and not value_json.historical | default(false) else '' }}"}`,
		"count.street.yard.person": `{` + while("yard") + `"name":"street yard person count","platform":"sensor","state_class":"measurement",` +
			`"state_topic":"edged/porch/street/detections","suggested_display_precision":0,"unique_id":"edged.porch.count.street.yard.person",` +
			`"value_template":"{{ value_json.detections | selectattr('name', 'eq', \"person\") | list | count if value_json.sensor | default('') == \"yard\" and not value_json.historical | default(false) else '' }}"}`,
		"reading.air.temperature": `{` + while("air") + `"device_class":"temperature","name":"air temperature","platform":"sensor","state_class":"measurement",` +
			`"state_topic":"edged/porch/air/reading","suggested_display_precision":1,"unique_id":"edged.porch.reading.air.temperature","unit_of_measurement":"°C",` +
			`"value_template":"{% set v = value_json['values'].get(\"temperature\", {}).get('value', '') %}{{ v | round(1) if v is number else '' }}"}`,
		"picture.cam": `{` + while("cam") + `"name":"cam","platform":"camera","topic":"edged/porch/cam/snapshot","unique_id":"edged.porch.picture.cam"}`,
		"caption.room": `{"json_attributes_template":"{{ {'caption': value_json.caption | default(''), 'captions': value_json.captions | default({})} | tojson }}",` +
			`"json_attributes_topic":"edged/porch/room/caption","name":"room caption","platform":"sensor","state_topic":"edged/porch/room/caption",` +
			`"unique_id":"edged.porch.caption.room","value_template":"{{ (value_json.caption | default(''))[:255] }}"}`,
		"alert.room.fire": `{"device_class":"safety","json_attributes_template":"{{ {'severity': value_json.severity, 'reason': value_json.reason, 'since': value_json.since, 'opening': value_json.opening} | tojson }}",` +
			`"json_attributes_topic":"edged/porch/room/alert/fire","name":"room fire alert","platform":"binary_sensor",` +
			`"state_topic":"edged/porch/room/alert/fire","unique_id":"edged.porch.alert.room.fire","value_template":"{{ 'ON' if value_json.state == 'open' else 'OFF' }}"}`,
		"rate.cam": `{"device_class":"frequency","enabled_by_default":false,"entity_category":"diagnostic","name":"cam rate","platform":"sensor","state_class":"measurement",` +
			`"state_topic":"edged/porch/health","unique_id":"edged.porch.rate.cam","unit_of_measurement":"Hz","value_template":"{{ value_json.sensors.get(\"cam\", {}).get('rate_hz', '') }}"}`,
	} {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(all[id]); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(b.String()); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", id, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	tests := []struct {
		name, class string
		unit        sensors.Unit
	}{
		{"temperature", "temperature", "°C"},
		{"temperature_1", "temperature", "K"},
		{"temperature", "", "furlongs"}, // a class with a unit that does not go with it is refused
		{"temperatures", "", "°C"},
		{"pressure", "atmospheric_pressure", "hPa"},
		{"co2", "carbon_dioxide", "ppm"},
		{"tvoc", "volatile_organic_compounds_parts", "ppb"},
		{"illuminance", "illuminance", "lx"},
		{"voltage_0_1", "voltage", "V"},
		{"current", "current", "A"},
		{"power", "power", "W"},
		{"acceleration_x", "", "g"},
		{"level", "", "dBFS"},
		{"anything", "", ""},
	}
	for _, tt := range tests {
		o := porch(t)
		o.Sensors = []homeassistant.Sensor{{Name: "s", Gives: []homeassistant.Quantity{{tt.name, tt.unit}}}}
		d := device(t, o)
		got := entities(t, d, d.Payload())["reading.s."+tt.name]
		if class, _ := got["device_class"].(string); class != tt.class || got["state_class"] != "measurement" {
			t.Errorf("%s in %s: got class %q and %v, want %q", tt.name, tt.unit, class, got["state_class"], tt.class)
		}
	}
}

func TestLabelsThatGetEntities(t *testing.T) {
	tests := []struct {
		name   string
		labels []string
		chosen []string
		want   int
	}{
		{"all of a few", many(32), nil, 32},
		{"none of many", many(33), nil, 0},
		{"those of many that are chosen", many(521), []string{"class 7", "class 520", "of another model"}, 2},
		{"what stands twice, once", []string{"a", "a", "b"}, nil, 2},
		{"no placeholders", []string{"???", "", "b"}, nil, 1},
		{"names that differ in signs alone", []string{"a b", "a_b", "a.b", "ä b", "a\nb"}, nil, 5},
		{"hostile names", []string{`x"}}{% raw %}`, `\`, "'", "{{ 1 }}", `"`, "\x00a", "\xff1"}, nil, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := porch(t)
			o.Labels = tt.chosen
			o.Pipelines = []homeassistant.Pipeline{{Name: "room", Sources: []homeassistant.Source{{Model: "m", Kind: pipelines.KindLabels, Labels: tt.labels}}}}
			d := device(t, o)
			n := 0
			for id := range entities(t, d, d.Payload()) {
				if strings.HasPrefix(id, "label.") {
					n++
				}
			}
			if n != tt.want {
				t.Errorf("got %d entities of labels, want %d", n, tt.want)
			}
		})
	}
}

func TestReadingsAreLearned(t *testing.T) {
	d := device(t, porch(t))
	r := &sensors.Reading{Time: time.Now(), Values: []sensors.Value{{Name: "temperature_0", Unit: "°C", Value: 4}}}
	before := d.Payload()
	if d.Learn("air", r) || d.Learn("nobody", r) {
		t.Error("learned of a sensor that is known, or of none")
	}
	if !d.Learn("field", r) || d.Learn("field", r) {
		t.Error("a new value was not learned, or an old one was")
	}
	if got := entities(t, d, d.Payload())["reading.field.temperature_0"]; got["device_class"] != "temperature" || string(before) == string(d.Payload()) {
		t.Errorf("got %v", got)
	}
	r.Values = r.Values[:0]
	for i := range 1000 {
		r.Values = append(r.Values, sensors.Value{Name: fmt.Sprint("v", i)})
	}
	d.Learn("field", r)
	if n := strings.Count(string(d.Payload()), `"reading.field.`); n != 64 {
		t.Errorf("got %d entities of a series with 1000 values, want 64", n)
	}
}

func TestWhatIsDroppedIsRemoved(t *testing.T) {
	full := device(t, porch(t))
	full.Learn("field", &sensors.Reading{Values: []sensors.Value{{Name: "x"}}})
	less := func(change func(o *homeassistant.Options)) *homeassistant.Device {
		o := porch(t)
		change(&o)
		return device(t, o)
	}
	tests := []struct {
		name string
		now  *homeassistant.Device
		want []string
	}{
		{"nothing, if all is there", full, nil},
		{"nothing that may yet be learned", device(t, porch(t)), nil},
		{"a sensor", less(func(o *homeassistant.Options) { o.Sensors = slices.Delete(o.Sensors, 1, 2) }), strings.Fields("picture.yard rate.yard trouble.yard")},
		{"a label", less(func(o *homeassistant.Options) { o.Pipelines[0].Sources[0].Labels = []string{"empty", "person", "fire"} }), []string{"label.room.washer_unbalanced"}},
		{"nothing of what was left out", less(func(o *homeassistant.Options) {
			o.Pipelines, o.LeftOut = o.Pipelines[:1], []string{"street"}
		}), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload := tt.now.Removal(full.Payload())
			var got []string
			if payload != nil {
				for id, c := range entities(t, tt.now, payload) {
					if len(c) == 1 {
						got = append(got, id)
					}
				}
			}
			if slices.Sort(got); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestOldMessagesOfOthersAreLeftAlone(t *testing.T) {
	d := device(t, porch(t))
	for _, old := range []string{
		``, `null`, `[]`, `{`, `{"components":[]}`, `{"components":{"label.x.y":"sensor"}}`,
		`{"components":{"theirs":{"platform":"sensor"}}}`,
		`{"components":{"label.gone.fire":{"platform":"lock"}}}`,
		`{"components":{"label.gone fire":{"platform":"binary_sensor"}}}`,
	} {
		if got := d.Removal([]byte(old)); got != nil {
			t.Errorf("%s: got %s", old, got)
		}
	}
	if d.Removal([]byte(`{"components":{"label.gone.fire":{"platform":"binary_sensor"}}}`)) == nil {
		t.Error("what an earlier run has left is not removed")
	}
}

func FuzzRemoval(f *testing.F) {
	topics, err := topic.New("porch", topic.Templates{})
	if err != nil {
		f.Fatal(err)
	}
	d, err := homeassistant.New(homeassistant.Options{ID: "porch", Topics: topics})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(d.Payload())
	f.Add([]byte(`{"components":{"label.gone.fire":{"platform":"binary_sensor"}}}`))
	f.Fuzz(func(t *testing.T, old []byte) {
		if got := d.Removal(old); got != nil {
			entities(t, d, got)
		}
	})
}

func TestWhatCannotBeToldIsAnError(t *testing.T) {
	for name, change := range map[string]func(o *homeassistant.Options){
		"a device's name that no discovery topic takes": func(o *homeassistant.Options) { o.ID = "the porch" },
		"a sensor's name that no topic takes":           func(o *homeassistant.Options) { o.Sensors[0].Name = "a/b" },
		"a pipeline's name that no topic takes":         func(o *homeassistant.Options) { o.Pipelines[0].Name = "+" },
	} {
		o := porch(t)
		change(&o)
		if _, err := homeassistant.New(o); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// TestSchemaRefuses shows that the schema of this test can say no.
func TestSchemaRefuses(t *testing.T) {
	good := `{"device":{"identifiers":["a"]},"origin":{"name":"a"},"components":{"a":{"platform":"sensor","unique_id":"a","state_topic":"a","device_class":"temperature","unit_of_measurement":"K"}}}`
	if err := checkMessage("homeassistant/device/a/config", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"K"`, `"lx"`}, {`"temperature"`, `"heat"`}, {`"sensor"`, `"binary_sensor"`}, {`"sensor"`, `"lock"`}, {`"unique_id":"a",`, ``}, {`"state_topic":"a",`, ``},
		{`"state_topic":"a"`, `"state_topic":"#"`}, {`"state_topic"`, `"topic"`}, {`"identifiers":["a"]`, `"name":"a"`}, {`"name":"a"`, ``},
		{`"unique_id":"a"`, `"unique_id":"a","state_class":"total"`}, {`"unique_id":"a"`, `"unique_id":"a","options":["a"]`},
		{`"unique_id":"a"`, `"unique_id":"a","value_template":"{{ a }"`}, {`"unique_id":"a"`, `"unique_id":"a","qos":3`}, {`"components":{"a"`, `"components":{"a b"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if err := checkMessage("homeassistant/device/a/config", []byte(bad)); err == nil || bad == good {
			t.Errorf("took %s", bad)
		}
	}
	if err := checkMessage("homeassistant/device/a b/config", []byte(good)); err == nil {
		t.Error("took a topic with a space")
	}
}
