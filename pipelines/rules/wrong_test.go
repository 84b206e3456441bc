package rules

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// wrongs are conditions that are refused: at is where the marked part begins, ‸ in when. What is said must have what, and the
// remedy hint.
var wrongs = []struct{ name, when, what, hint string }{
	{"nothing", `‸`, "the condition is empty", "write one"},
	{"only a comment", `‸/* fire */`, "the condition is empty", "write one"},
	{"only spaces", `‸  `, "the condition is empty", "write one"},
	{"not UTF-8", "‸label(\"\xff\") > 0.5", "not UTF-8", ""},

	// Names.
	{"an unknown label", `label(‸"fier") > 0.8`, `unknown label "fier"`, `did you mean "fire"?`},
	{"an unknown label, in another case", `label(‸"Fire") > 0.8`, `unknown label "Fire"`, `did you mean "fire"?`},
	{"a part of a label", `label(‸"smoke") > 0.8`, `unknown label "smoke"`, `did you mean "Smoke detector, smoke alarm"?`},
	{"an unknown label that is like none", `label(‸"zebra") > 0.8`, `unknown label "zebra"`, "known here: person, dog, cup, Speech, doorbell"},
	{"a label of another sensor", `label(‸"fire", "mic") > 0.8`, `unknown label "fire" of mic`, "known here: Speech, dog"},
	{"a label of two models", `label(‸"dog") > 0.8`, `2 models have the label "dog": cam, mic`, `say which: label("dog", "cam")`},
	{"a since of two models", `since(‸"dog") < "1 min"`, `2 models have the label "dog": cam, mic`, `say which: since("dog", "cam")`},
	{"a series of two models", `mean(‸"dog", "30s") > 0.5`, `2 models have the label "dog": cam, mic`, `say which: mean(label("dog", "cam"), …)`},
	{"an unknown sensor of a label", `label("dog", ‸"cam2") > 0.8`, `unknown sensor "cam2"`, `did you mean "cam"?`},
	{"a sensor without labels", `label("dog", ‸"air") > 0.8`, `sensor "air" has no labels`, "known here: cam, mic, room-fusion, yard"},
	{"a sensor without a name", `label("dog", ‸"") > 0.8`, "the sensor has no name", "leave it out"},
	{"an empty label", `label(‸"") > 0.8`, `unknown label ""`, "known here"},
	{"an unknown sensor", `missing(‸"camera")`, `unknown sensor "camera"`, `did you mean "cam"?`},
	{"an unknown sensor of a reading", `reading(‸"airr.temperature") > 5`, `unknown sensor "airr" in "airr.temperature"`, `did you mean "air"?`},
	{"an unknown reading", `reading(‸"air.temprature") > 5`, `unknown reading "air.temprature"`, `did you mean "air.temperature"?`},
	{"a reading without a value", `reading(‸"air") > 5`, `unknown reading "air"`, `"air.temperature"`},
	{"a reading of an open sensor without a name", `reading(‸"tape.") > 5`, `unknown reading "tape."`, "known here"},
	{"an unknown series", `mean(‸"fier", "30s") > 0.5`, `unknown reading or label "fier"`, `did you mean "fire"?`},
	{"an unknown function", `‸lable("fire") > 0.5`, `unknown function "lable"`, `did you mean "label"?`},
	{"a label without marks", `label(‸fire) > 0.5`, `unknown name "fire"`, `write label("fire")`},
	{"a label by itself, without marks", `‸fire > 0.5`, `unknown name "fire"`, `write label("fire")`},
	{"a sensor without marks", `missing(‸cam)`, `unknown name "cam"`, `write missing("cam")`},
	{"a reading without marks", `‸air.temperature > 35`, `unknown name "air"`, `write reading("air.temperature")`},
	{"a function that nothing is asked of", `‸label > 0.5`, "label is a function", `write label("fire")`},
	{"a count of a label", `count(‸"fire") > 1`, `"fire" of room-fusion is a label of what the whole window shows`, `label("fire") > 0.5`},
	{"a dwell of a label", `dwell(‸"doorbell") > 1`, `"doorbell" of mic is a label of what the whole window shows`, "label("},
	{"a dwell of what nobody follows", `‸dwell("car") > "10s"`, "nothing follows what plain finds", "track"},

	// Units.
	{"a temperature in %", `reading("air.temperature") > ‸"35 %"`, `reading("air.temperature") is in °C, and "35 %" in %`, "write it in °C, K or °F"},
	{"a temperature in C", `reading("air.temperature") > ‸"35 C"`, `and "35 C" in C`, "write it in °C, K or °F"},
	{"a temperature and a humidity", `reading("air.temperature") > ‸reading("air.humidity")`, `reading("air.temperature") is in °C, and reading("air.humidity") in %`, "same kind of unit"},
	{"a score and a humidity", `label("fire") > ‸reading("air.humidity")`, `label("fire") is a score`, "scores go from 0 to 1"},
	{"a score in °C", `label("fire") > ‸"35 °C"`, `label("fire") is a score, and "35 °C" in °C`, "scores go from 0 to 1"},
	{"a count in %", `count("person") > ‸"3 %"`, `count("person") is a count`, "counts have no unit"},
	{"a count and a score", `count("person") > ‸label("fire")`, `count("person") is a count`, "counts have no unit"},
	{"a slope that is no rate", `slope("air.temperature", "30s") > ‸"3 °C"`, `in °C/s, and "3 °C" in °C`, "write it in °C/min, K/min or °F/min"},
	{"a slope of a pressure in °C", `slope("air.pressure", "30s") > ‸"3 °C/min"`, `in Pa/s`, "write it in Pa/min, hPa/min"},
	{"an unknown unit's slope that is no rate", `slope("tape.x", "30s") > ‸"3 °C"`, "is in /s, and", "per time"},
	{"a temperature that is a rate", `reading("air.temperature") > ‸"3 °C/min"`, `and "3 °C/min" in °C/min`, "°C, K or °F"},
	{"a time in °C", `since("doorbell") < ‸"30 °C"`, `in s, and "30 °C" in °C`, "write it in s, ms, min or h"},
	{"a series' own unit", `reading("tank.depth") < ‸"4 cm"`, `in mm, and "4 cm" in cm`, "write it in mm"},
	{"a state with a unit", `reading("door.open") > ‸"1 V"`, "a number without a unit", "without a unit"},
	{"a sum of unlike things", `reading("air.temperature") + ‸reading("air.humidity") > 5`, "is in °C", "same kind of unit"},
	{"a temperature and a difference", `‸reading("air.temperature") > reading("air.temperature") - reading("out.temperature")`, "not both temperatures", "differences with differences"},
	{"a ratio of temperatures", `‸reading("air.temperature") / reading("out.temperature") > 2`, "a temperature cannot be divided by one", "difference"},
	{"a product of readings", `‸reading("power.voltage") * reading("power.spare") > 5`, "is in V, and is multiplied", "scaled by a number"},
	{"a text that is no number", `label("fire") > ‸"high"`, `the text "high" is no number with a unit`, `"35 °C"`},
	{"a label in place of its score", `‸"fire" > 0.8`, `the text "fire" is no number with a unit`, `label("fire")`},
	{"the sign outside", `reading("air.temperature") < ‸-"5 °C"`, "stands outside its text", `"-5 °C"`},

	// Types.
	{"a number alone", `‸label("fire")`, `label("fire") is a score, neither true nor false`, `compare it: label("fire") > 0.5`},
	{"a reading alone", `label("fire") > 0.5 && ‸reading("air.temperature")`, "is in °C, neither true nor false", `> "1 °C"`},
	{"a text alone", `‸"fire"`, `the text "fire" is neither true nor false`, `label("fire") > 0.5`},
	{"a number without more", `‸1`, "neither true nor false", "compare it"},
	{"a comparison of a condition", `missing("cam") == ‸true`, "true decides", "leave it out"},
	{"a comparison of missing", `‸missing("cam") == missing("mic")`, "it is not compared", "by itself"},
	{"a sum of missing", `1 + ‸missing("cam") > 1`, "is true or false, no number", "by itself"},
	{"a comparison of comparisons", `(‸label("fire") > 0.5) > 0.5`, "is true or false, no number", "parentheses"},
	{"a sum of comparisons", `(‸label("fire") > 0.5) + 1 > 0.5`, "is true or false, no number", "parentheses"},
	{"a not before a number", `‸!label("fire") > 0.5`, "true or false, no number", `parentheses, ! (label("fire") > …)`},
	{"a not of a number", `!‸label("fire")`, "is a score, neither true nor false", "compare it"},
	{"a minus before a condition", `-‸missing("cam")`, "true or false, no number", ""},
	{"a number as a label", `label(‸1) > 0.5`, "label wants a text here", `label("fire")`},
	{"a sum as a label", `label(‸"fi" + "re") > 0.5`, "label wants a text here", `label("fire")`},
	{"a number as a window", `mean("air.temperature", ‸30) > 5`, "mean wants a text here", `"30s"`},
	{"a number as a series", `mean(‸5, "30s") > 5`, "mean wants a text here", "mean(label(…), …)"},
	{"no argument", `‸label() > 0.5`, "0 arguments of label", `label("fire")`},
	{"too many arguments", `‸label("fire", "cam", "x") > 0.5`, "3 arguments of label", `label("fire")`},
	{"no window", `‸slope("air.temperature") > 0.5`, "1 arguments of slope", `"30s"`},
	{"expr's max", `‸max(1, 2, 3) > 2`, "3 arguments of max", `max("air.temperature", "30s")`},
	{"expr's count", `count(‸label("fire")) > 1`, "count wants a text here", `count("person")`},
	{"a slope of a slope", `slope(‸slope("air.temperature", "30s"), "30s") > 1`, "slope looks at a label, a count or a reading over time", "slope("},
	{"a mean of missing", `mean(‸missing("cam"), "30s") > 1`, "mean looks at a label", "mean("},
	{"a mean of a since", `mean(‸since("fire"), "30s") > 1`, "mean looks at a label", "mean("},

	// Windows.
	{"a window that is too long", `mean("air.temperature", ‸"61 min") > 5`, "a window of 1h1m0s is above 1h", "the last hour"},
	{"a window far too long", `mean("air.temperature", ‸"9e99 h") > 5`, "is above 1h", "the last hour"},
	{"a window that is too short", `mean("gas.co2", ‸"1ms") > 5`, "a window of 1ms is below 100ms", "longer"},
	{"a window of nothing", `mean("air.temperature", ‸"0s") > 5`, "is below 100ms", "longer"},
	{"a window below 0", `mean("air.temperature", ‸"-30s") > 5`, "is below 100ms", "longer"},
	{"a window below the sensor's period", `mean("out.temperature", ‸"15s") > 5`, "a window of 15s is too short for two readings of out, which come every 10s", `"20s"`},
	{"a window below the model's", `mean(label("doorbell"), ‸"900ms") > 0.5`, "too short for two results of mic, which come every 500ms", `"1s"`},
	{"a window that is no time", `mean("air.temperature", ‸"30 °C") > 5`, `"30 °C" is no span of time`, `"30s"`},
	{"a window without a unit", `mean("air.temperature", ‸"30") > 5`, `"30" is no span of time`, `"30s"`},
	{"a window of words", `mean("air.temperature", ‸"a while") > 5`, `"a while" is no span of time`, `"30s"`},

	// What is decided already.
	{"a score in percent", `‸label("fire") > 80`, `label("fire") > 80 can never hold: label("fire") is a score, from 0 to 1`, "did you mean 0.8?"},
	{"a score above 1", `‸label("fire") > "101 %"`, "can never hold", ""},
	{"a score of at least 0", `‸label("fire") >= 0`, "always holds", ""},
	{"a score of at most 1", `‸1 >= label("fire")`, "always holds", ""},
	{"a negated score", `!(‸label("fire") > 1)`, "can never hold", ""},
	{"a count below 0", `‸count("person") < 0`, "can never hold", "counted from 0"},
	{"a count that is no whole number", `‸count("person") == 1.5`, "is a whole number", "counted from 0"},
	{"below absolute zero", `‸reading("air.temperature") < "-300 °C"`, "can never hold: reading(\"air.temperature\") is at least -273.15 °C", ""},
	{"a humidity above 100", `‸reading("air.humidity") > 100`, "is between 0 % and 100 %", ""},
	{"hPa for Pa", `‸reading("air.pressure") > 1013`, "always holds", `did you mean "1013 hPa"?`},
	{"a level above full scale", `‸reading("mic.level") > 60`, "is at most 3.02 dBFS", "did you mean -60?"},
	{"a time below 0", `‸since("doorbell") < "-5s"`, "can never hold", ""},
	{"two constants", `‸1 < 2`, "compares what is always the same", "label("},
	{"two quantities", `‸"1 V" < "2 V"`, "compares what is always the same", "label("},
	{"a sum of constants", `‸"1 V" + 2 > reading("power.voltage")`, "is always the same", "what it comes to"},
	{"a thing and itself", `‸label("fire") >= label("fire")`, "with itself", "with a number"},
	{"true", `‸true || label("fire") > 0.5`, "true decides the condition", "leave it out"},
	{"an equal score", `‸label("fire") == 0.8`, "hardly ever the same", "<= or >="},
	{"an unequal temperature", `‸reading("air.temperature") != 20`, "hardly ever the same", "<= or >="},
	{"an equal mean of counts", `‸mean(count("person"), "30s") == 2`, "hardly ever the same", "<= or >="},
	{"two that cannot hold together", `label("fire") > 0.8 && missing("cam") && ‸0.5 >= label("fire")`, `label("fire") > 0.8 and 0.5 >= label("fire") cannot hold together`, "&&"},
	{"two that cannot, in two units", `reading("air.temperature") > "35 °C" && ‸reading("air.temperature") < "90 °F"`, "cannot hold together", "&&"},
	{"two that cannot, by a not", `label("fire") > 0.8 && !(‸label("fire") > 0.5)`, "cannot hold together", "&&"},
	{"one of two always holds", `label("fire") > 0.5 || ‸label("fire") <= 0.5`, "one of label(\"fire\") > 0.5 and label(\"fire\") <= 0.5 always holds", "||"},
	{"two that cannot, in a part", `missing("cam") || (label("fire") > 0.8 && ‸label("fire") < 0.2)`, "cannot hold together", "&&"},
	{"a range that is none", `0.8 < label("fire") && ‸label("fire") < 0.5`, "cannot hold together", "&&"},
	{"what is missing says nothing", `missing("air") && ‸reading("air.temperature") > 50`, "cannot be known while air is missing", "||"},
	{"a camera that is missing sees nothing", `‸count("person") > 0 && missing("cam")`, "cannot be known while cam is missing", "since"},
	{"a division by 0", `label("fire") / ‸0 > 1`, "a division by 0", ""},
	{"0 by 0", `label("fire") > ‸0 / 0`, "is no number", ""},
	{"a number beyond all", `count("person") > ‸1e999`, "the number 1e999 cannot be read", "1e-3"},
	{"a number beyond all, without a point", `count("person") > ‸99999999999999999999`, "cannot be read", "1e-3"},
	{"half a number", `count("person") > ‸0x`, "the number 0x cannot be read", "1e-3"},
	{"a huge number in hex", `count("person") > ‸0xffffffff`, "is above 2147483647", "point"},
	{"a unit without marks", `reading("air.temperature") > ‸35C`, "the number 35C cannot be read", `"35 °C"`},
	{"a unit without marks, by a space", `reading("air.temperature") > 35 ‸°C`, "'°' means nothing here", `"35 °C"`},
	{"a sign of mathematics", `label("fire") ‸≥ 0.5`, "'≥' means nothing here", "write >="},
	{"a capital and", `label("fire") > 0.5 ‸AND missing("cam")`, `unknown name "AND"`, "write and"},
	{"how long", `label("fire") > 0.5 ‸for 2`, `unknown name "for"`, "for: 2s"},
	{"a huge number", `count("person") > ‸3000000000`, "is above 2147483647", "3000000000.0"},

	// What expr has, and conditions have not.
	{"an assignment", `label("fire") ‸= 0.8`, `"=" is no part of conditions`, "equal is =="},
	{"one &", `label("fire") > 0.8 ‸& missing("cam")`, `"&" is no part of conditions`, "and is &&"},
	{"a pipe", `"fire" ‸| label() > 0.5`, `"|" is no part of conditions`, "||"},
	{"a closure", `‸any([1, 2], # > 1)`, `unknown function "any"`, "known here: label"},
	{"a filter", `‸filter(1..9, {# > 1})`, `unknown function "filter"`, "known here"},
	{"a pointer", `label("fire") > ‸#`, `"#" is no part of conditions`, "no loops"},
	{"a range", `1‸..1000000000 == 1`, `".." is no part of conditions`, "both ends"},
	{"a variable", `‸let x = 1; x > 0`, `"let" is no part of conditions`, "no variables"},
	{"a sequence", `label("fire") > 0.5‸; missing("cam")`, `";" is no part of conditions`, "one expression"},
	{"a choice", `missing("cam") ‸? label("fire") > 0.5 : missing("mic")`, `"?" is no part of conditions`, "do not choose"},
	{"an if", `‸if missing("cam") { 1 } else { 2 }`, `"if" is no part of conditions`, "do not choose"},
	{"a list", `label("fire") ‸in [1, 2]`, `"in" is no part of conditions`, "compare with each"},
	{"a list first", `‸[1] == 1`, `"[" is no part of conditions`, "no lists"},
	{"a map", `‸{"a": 1} == 1`, `"{" is no part of conditions`, "no maps"},
	{"a member", `missing("cam")‸.x`, `"." is no part of conditions`, "reading("},
	{"a default", `label("fire") ‸?? 1 > 0.5`, `"??" is no part of conditions`, "missing("},
	{"a power", `label("fire") ‸** 2 > 0.5`, `"**" is no part of conditions`, "multiply"},
	{"a remainder", `count("person") ‸% 2 == 1`, `"%" is no part of conditions`, `"80 %"`},
	{"a pattern", `"fire" ‸matches "f.*"`, `"matches" is no part of conditions`, ""},
	{"bytes", `label(‸b"fire") > 0.5`, "no bytes", `"fire"`},
	{"nil", `label("fire") == ‸nil`, `unknown name "nil"`, ""},
	{"the environment", `‸$env["label"] == 1`, `unknown name "$env"`, ""},
	{"a builtin of the global scope", `‸::len("fire") > 1`, `"::" is no part of conditions`, ""},
	{"a builtin", `‸len("fire") > 1`, `unknown function "len"`, "known here"},
	{"a builtin that gives the time", `‸now() > 1`, `unknown function "now"`, "known here"},
	{"a builtin that reads JSON", `‸fromJSON("1") > 1`, `unknown function "fromJSON"`, "known here"},
	{"a method", `label("fire")‸.String() > 1`, `"." is no part of conditions`, ""},

	// Syntax.
	{"an end too early", `label("fire") >‸`, "ends where it should go on", "missing"},
	{"a parenthesis that is not closed", `(label("fire") > 0.5‸`, "ends where it should go on", "missing"},
	{"a parenthesis too many", `label("fire") > 0.5‸)`, `")" is unexpected here`, "one too many"},
	{"two values", `label("fire") ‸0.5`, `"0.5" is unexpected here`, "operator"},
	{"a comma", `label("fire") > 0.5‸, 1`, `"," is unexpected here`, ""},
	{"a text that is not closed", `label(‸"fire) > 0.5`, "a text that is not closed", "close it"},
	{"a text that is not closed, behind one that is", `label("fire") > 0.5 && label(‸'quiet) > 0.5`, "a text that is not closed", "close it"},
	{"curly marks", `label(‸“fire”) > 0.5`, "means nothing here", "straight marks"},
	{"a letter that means nothing", `label("fire") > 0.5 ‸€`, `'€' means nothing here`, ""},
	{"a comment that is not closed", `label("fire") > 0.5 /* hot‸`, "comment", ""},
	{"behind letters of several bytes", `reading("air.temperature") > "3 °C" && label(‸"fier") > 0.5`, `unknown label "fier"`, "fire"},
	{"a text over lines", "label(‸`fi\nre`) > 0.5", "goes on in the next line", "one line"},
	{"over lines", "label(\"fire\") > 0.5 &&\n  label(‸\"fier\") > 0.5", `unknown label "fier"`, "fire"},

	// Too much.
	{"too long", strings.Repeat(" ", 1000) + "‸" + `label("fire") > 0.5`, "at most 1000 are read", "two alerts"},
	{"too deep", strings.Repeat("(", 32) + "‸" + `(label("fire") > 0.5` + strings.Repeat(")", 33), "nested more than 32 deep", "parentheses"},
	{"too deep, without parentheses", "‸" + strings.Repeat("!", 40) + `missing("cam")`, "nested more than 32 deep", ""},
}

func TestWrongConditionsAreRefusedWithPlaceAndRemedy(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range wrongs {
		if seen[c.name] {
			t.Errorf("two cases are called %q", c.name)
		}
		seen[c.name] = true
		at := strings.Index(c.when, "‸")
		when := strings.Replace(c.when, "‸", "", 1)
		_, err := Compile(when, house())
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: %s: got %v, want an error", c.name, when, err)
			continue
		}
		if e.Offset != at || !strings.Contains(e.What, c.what) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%s: %s:\n got %d %q\n     hint %q\nwant %d %q\n     hint %q", c.name, when, e.Offset, e.What, e.Hint, at, c.what, c.hint)
		}
		if !utf8.ValidString(e.What) || len(e.What) > 600 || len(e.Hint) > 600 {
			t.Errorf("%s: %d bytes of error, %d of hint", c.name, len(e.What), len(e.Hint))
		}
	}
}

func TestTooManyPartsAreRefused(t *testing.T) {
	parts := make([]string, 51)
	for i := range parts {
		parts[i] = `missing("cam")` // three parts each, and one of joining
	}
	_, err := Compile(strings.Join(parts[:50], "||"), house())
	if err != nil {
		t.Errorf("50 clauses: %v", err)
	}
	_, err = Compile(strings.Join(parts, "||"), house())
	if err == nil || !strings.Contains(err.Error(), "more than 200 parts") {
		t.Errorf("51 clauses: got %v, want too many parts", err)
	}
}
