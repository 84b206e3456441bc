package grammar

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// both returns a grammar of English and German.
func both(t *testing.T, o Options) *Grammar {
	t.Helper()
	o.Languages = []string{"en", "de"}
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestSentences(t *testing.T) {
	thing := func(name string, place, n int) item { return item{name: name, place: place, n: n} }
	label := func(name string) item { return thing(name, nowhere, 0) }
	part := func(sense Sense, items ...item) []part {
		return []part{{sensor: "cam", sense: sense, counts: sense == Seen, items: items}}
	}
	for _, tt := range []struct {
		scene  scene
		en, de string
	}{
		{scene{parts: part(Seen)}, "Nothing is in view.", "Zu sehen ist nichts."},
		{scene{parts: part(Heard)}, "Nothing can be heard.", "Zu hören ist nichts."},
		{scene{}, "Nothing is there.", "Da ist nichts."},
		{scene{parts: part(Seen, thing("person", 0, 1))}, "A person on the left is in view.", "Zu sehen ist eine Person links."},
		{scene{parts: part(Seen, thing("person", 0, 1), thing("dog", 1, 2), thing("umbrella", 2, 1))},
			"A person on the left, two dogs in the middle and an umbrella on the right are in view.",
			"Zu sehen sind eine Person links, zwei Hunde in der Mitte und ein Regenschirm rechts."},
		{scene{parts: part(Seen, thing("knife", 1, 3), thing("scissors", 1, 2))},
			"Three knives and two pairs of scissors in the middle are in view.", "Zu sehen sind drei Messer und zwei Scheren in der Mitte."},
		{scene{parts: part(Seen, thing("sheep", nowhere, 13))}, "13 sheep are in view.", "Zu sehen sind 13 Schafe."},
		{scene{parts: part(Seen, thing("ant_hill", nowhere, 1))}, "An ant hill is in view.", "Zu sehen ist „ant hill“."},
		{scene{parts: part(Seen, thing("forklift", nowhere, 2))}, "Two forklifts are in view.", "Zu sehen sind 2-mal „forklift“."},
		{scene{parts: part(Seen, item{"person", 0, 1, 0, 125 * time.Second}, item{"cat", 2, 1, 0, 9 * time.Second})},
			"A person on the left (for 2 minutes) and a cat on the right are in view.", "Zu sehen sind eine Person links (seit 2 Minuten) und eine Katze rechts."},
		{scene{parts: part(Seen, item{"dog", 0, 1, 0, time.Minute}, thing("laptop", 0, 1), thing("person", 1, 1), thing("tv", 2, 1))},
			"A dog (for 1 minute) and a laptop on the left, a person in the middle and a television on the right are in view.",
			"Zu sehen sind ein Hund (seit 1 Minute) und ein Laptop links, eine Person in der Mitte und ein Fernseher rechts."},
		{scene{parts: part(Seen, thing("person", 2, 1), thing("cat", nowhere, 1), thing("dog", nowhere, 1))},
			"A person on the right, a cat and a dog are in view.", "Zu sehen sind eine Person rechts, eine Katze und ein Hund."},
		{scene{parts: part(Heard, label("Speech"))}, "Speech can be heard.", "Zu hören ist Sprache."},
		{scene{parts: part(Heard, label("Walk, footsteps"))}, "Footsteps can be heard.", "Zu hören sind Schritte."},
		{scene{parts: part(Heard, label("Animal"), label("Bark"), label("Dog"), label("Silence"), label("Speech"))},
			"Barking and speech can be heard.", "Zu hören sind Gebell und Sprache."},
		{scene{parts: part(Heard, label("Theremin"), label("Filing (rasp)"))}, "Theremin and filing can be heard.", "Zu hören sind „theremin“ und „filing“."},
		{scene{parts: part(Found, label("kettle"), label("person"), item{"window_open", nowhere, 0, 1, 3 * time.Hour})},
			"A person is there. The kettle boils. The window is open (for 3 hours).", "Da ist eine Person. Der Wasserkocher kocht. Das Fenster ist offen (seit 3 Stunden)."},
		{scene{parts: part(Found, label("people"), label("person"))}, "Several people are there.", "Mehrere Personen sind da."},
		{scene{parts: part(Found, label("door_ajar"), label("forklift"))}, "Detected: door ajar and forklift.", "Erkannt: „door ajar“ und „forklift“."},
		{scene{parts: part(Heard, label("Fire"))}, "A crackling fire can be heard.", "Zu hören ist ein prasselndes Feuer."},
		{scene{parts: part(Found, label("fire"))}, "A fire burns.", "Es brennt."},
		{scene{readings: []reading{{"air", "temperature", sensors.Celsius, 21.449, false}, {"air", "humidity", sensors.Percent, 40, false}, {"air", "pressure", sensors.Pascal, 101325, false}}},
			"The temperature is 21.4 °C, the humidity 40 % and the air pressure 1013 hPa.", "Die Temperatur beträgt 21,4 °C, die Luftfeuchte 40 % und der Luftdruck 1013 hPa."},
		{scene{readings: []reading{{"b", "temperature", sensors.Celsius, -0.04, false}, {"a", "wind_speed", "m/s", 3, false}}},
			"A: the wind speed is 3.00 m/s. B: the temperature is 0.0 °C.", "A: „wind speed“ beträgt 3,00 m/s. B: die Temperatur beträgt 0,0 °C."},
		{scene{parts: append(part(Seen, thing("person", 1, 1)), part(Heard, label("Music"))...), readings: []reading{{"air", "co2", sensors.PPM, 812, false}}},
			"A person in the middle is in view. Music can be heard. The CO₂ is 812 ppm.", "Zu sehen ist eine Person in der Mitte. Zu hören ist Musik. Der CO₂-Gehalt beträgt 812 ppm."},
	} {
		g := both(t, Options{})
		var ev pipelines.Event
		g.tell(&tt.scene, &ev)
		if ev.Caption != tt.en || ev.Captions["de"] != tt.de || len(ev.Captions) != 1 {
			t.Errorf("got %q, %q\nwant %q, %q", ev.Caption, ev.Captions, tt.en, tt.de)
		}
	}
}

// TestSentencesOfUsers has words and zones of a user, and two cameras.
func TestSentencesOfUsers(t *testing.T) {
	g := both(t, Options{
		Words: map[string]map[string][]string{
			"en": {"forklift": {"a fork-lift truck"}, "jam": {"the line is jammed."}},
			"de": {"Forklift": {"ein Gabelstapler", "Gabelstapler"}, "jam": {"das Band steht."}},
		},
		Zones:  []Zone{{"gate", pipelines.Box{YMax: 1, XMax: 0.5}, map[string]string{"de": "am Tor"}}},
		Senses: map[string]Sense{"cam": Seen, "yard": Seen},
	})
	var ev pipelines.Event
	g.tell(&scene{parts: []part{{sensor: "cam", sense: Seen, counts: true, items: []item{{name: "forklift", place: 0, n: 3}}}, {sensor: "yard", sense: Seen, counts: true},
		{items: []item{{name: "jam", place: nowhere}}}}}, &ev)
	en := "Cam: three fork-lift trucks in the area gate are in view. Yard: nothing is in view. The line is jammed."
	de := "Cam: zu sehen sind drei Gabelstapler am Tor. Yard: zu sehen ist nichts. Das Band steht."
	if ev.Caption != en || ev.Captions["de"] != de {
		t.Errorf("got %q, %q, want %q, %q", ev.Caption, ev.Captions["de"], en, de)
	}
	if ev.Counts["forklift"] != 3 || len(ev.Labels) != 1 {
		t.Errorf("got counts %v, labels %v", ev.Counts, ev.Labels)
	}
}

func TestSayBesideAModel(t *testing.T) {
	got := both(t, Options{}).Say([]pipelines.Label{{Name: "person"}, {Name: "fallen"}, {Name: "fire"}, {Name: "smoke"}})
	if want := "Eine Person ist gestürzt. Es brennt."; got["de"] != want || len(got) != 1 {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlurals(t *testing.T) {
	g := both(t, Options{})
	for one, want := range map[string]string{
		"bicycle": "bicycles", "bus": "buses", "bench": "benches", "box": "boxes", "city": "cities", "toy": "toys", "police man": "police men",
		"mouse": "mice", "wine glass": "wine glasses", "toothbrush": "toothbrushes", "sheep": "sheep", "bookshelf": "bookshelves",
	} {
		if got := g.languages[0].plural(one); got != want {
			t.Errorf("got %q of %q, want %q", got, one, want)
		}
	}
}

func TestDurations(t *testing.T) {
	g := both(t, Options{})
	for _, tt := range []struct {
		d      time.Duration
		en, de string
	}{
		{9999 * time.Millisecond, "", ""},
		{19 * time.Second, "10 seconds", "10 Sekunden"},
		{59 * time.Second, "50 seconds", "50 Sekunden"},
		{119 * time.Second, "1 minute", "1 Minute"},
		{59 * time.Minute, "59 minutes", "59 Minuten"},
		{time.Hour, "1 hour", "1 Stunde"},
		{49 * time.Hour, "2 days", "2 Tagen"},
	} {
		if en, de := g.languages[0].lasts(tt.d), g.languages[1].lasts(tt.d); en != tt.en || de != tt.de {
			t.Errorf("%v: got %q, %q, want %q, %q", tt.d, en, de, tt.en, tt.de)
		}
	}
}

// TestLanguagesAreWhole looks for phrases and words that one language has and another lacks.
func TestLanguagesAreWhole(t *testing.T) {
	own := []string{"plural", "articles", "vowels", "counted unknown"} // what a language may do without
	english, err := newLanguage("en", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range Languages() {
		l, err := newLanguage(code, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name := range english.phrases {
			if !l.has(name) && !slices.Contains(own, name) {
				t.Errorf("%s has no phrase %q", code, name)
			}
		}
		if !l.has("plural") && !l.has("counted unknown") {
			t.Errorf("%s cannot count what it has no plural of", code)
		}
		if len(l.phrases["places"]) != 3 {
			t.Errorf("%s has the places %q, want three", code, l.phrases["places"])
		}
		for label, w := range english.words {
			if have := l.words[label]; have.one == "" && w.one != "" && !l.has("plural") || have.clause == "" && w.clause != "" || have.past == "" && w.past != "" {
				t.Errorf("%s has no word for %q", code, label)
			}
		}
		for label, w := range l.words {
			if w.clause != "" && w.past == "" {
				t.Errorf("%s: %q says how things are, and not how they were", code, label)
			}
			if w.one == "" && w.clause == "" || strings.Contains(w.one+w.more+w.clause, "{") {
				t.Errorf("%s: %q is %+v", code, label, w)
			}
		}
	}
	if want := []string{"de", "en"}; !slices.Equal(Languages(), want) {
		t.Errorf("got %q, want %q", Languages(), want)
	}
}

func TestErrors(t *testing.T) {
	words := func(label string, forms ...string) Options {
		return Options{Languages: []string{"en"}, Words: map[string]map[string][]string{"en": {label: forms}}}
	}
	zone := Options{Languages: []string{"en"}, Zones: []Zone{{Name: "gate", Box: pipelines.Box{YMax: 1, XMin: 0.5, XMax: 0.5}}}}
	for want, o := range map[string]Options{
		"no languages; there are de, en":           {},
		`no language "fr"; there are de, en`:       {Languages: []string{"fr"}},
		`no language "common"`:                     {Languages: []string{"common"}},
		`en: "gate": 3 forms`:                      words("gate", "a", "b", "c"),
		`en: "gate": 1 forms`:                      words("gate", ""),
		`zone "gate" has the edges x 0.5…0.5, y 0`: zone,
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(map[string]bool{"": true, "é": true, "Ä": true, "\xff": true})) {
		both(t, Options{}).languages[1].things(name, 2, true) // labels may be anything
	}
}

// TestReadme has what the README shows.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	g := both(t, Options{Zones: []Zone{{"door", pipelines.Box{YMax: 1, XMax: 0.3}, map[string]string{"en": "at the door", "de": "an der Tür"}}}})
	var ev pipelines.Event
	g.tell(&scene{
		parts: []part{
			{sensor: "cam", sense: Seen, counts: true, items: []item{{"person", 0, 2, 1, 2 * time.Minute}, {"dog", nowhere, 1, 1, 0}}},
			{sensor: "mic", sense: Heard, items: []item{{"Speech", nowhere, 0, 1, 0}}},
		},
		readings: []reading{{"air", "temperature", sensors.Celsius, 21.4, false}},
	}, &ev)
	for _, said := range []string{ev.Caption, ev.Captions["de"]} {
		if !strings.Contains(string(text), "\n    "+said+"\n") {
			t.Errorf("the README does not show %q", said)
		}
	}
}
