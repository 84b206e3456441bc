package alerts

import (
	"strings"
	"testing"
	"time"
)

// letters are the outcomes, as the tables of tests have them.
var letters = map[Outcome]string{
	Idle: ".", Unknowable: "?", Barred: "b", Counting: "n", Waiting: "w", Muted: "m", Quiet: "q", Cooldown: "d",
	Opened: "O", Open: "o", Clearing: "l", Closed: "C",
}

// TestTerms draws what each of the terms does, alone and together: a letter a look. Of looks,
//
//	x .  the condition holds, does not, and it is something new
//	X ,  the same, and nothing is new
//	-    it holds by a hysteresis of 10 % alone
//	c    it holds, and so does clear_when
//	e    clear_when holds alone
//	?    it is unknown
//
// The second row is where it is muted.
func TestTerms(t *testing.T) {
	s := time.Second
	for _, c := range []struct {
		name  string
		terms Terms
		every time.Duration
		looks string
		mute  string
		want  string
	}{
		{"no terms", Terms{}, s, "..xx..xX,.x", "", "..OoC.OoC.O"},
		{"unknown holds what is open, and what is closed", Terms{}, s, "??.?x??x?.?.x", "", "??.?O??o?C?.O"},

		{"for", Terms{For: 3 * s}, s, "xxx.xxxxx.", "", "www.wwwOoC"},
		{"for needs nothing new", Terms{For: 3 * s}, s, "xXXX,", "", "wwwOC"},
		{"for starts anew after the unknown", Terms{For: 3 * s}, s, "xx?xxxx", "", "ww?wwwO"},
		{"for starts anew after a close", Terms{For: 2 * s}, s, "xxx.xxx", "", "wwOCwwO"},

		{"clear_after", Terms{ClearAfter: 3 * s}, s, "x..x....x", "", "OllolllCO"},
		{"clear_after starts anew after the unknown", Terms{ClearAfter: 2 * s}, s, "x..?...", "", "Oll?llC"},
		{"for and clear_after", Terms{For: s, ClearAfter: s}, s, "x.xx.x..xx", "", "w.wOlolCwO"},

		{"at_least", Terms{Least: 3, Of: 5}, s, "x.x..x.xx.", "", "n.n..n.nOC"},
		{"at_least counts what is new", Terms{Least: 2, Of: 2}, s, "xXXx", "", "nnnO"},
		{"at_least of all", Terms{Least: 3, Of: 3}, s, "xx.xxx", "", "nn.nnO"},
		{"at_least opens while it holds alone", Terms{Least: 1, Of: 3}, s, "x,.X", "", "OC.n"},
		{"at_least starts anew after a close", Terms{Least: 2, Of: 5}, s, "xx.xx", "", "nOCnO"},
		{"at_least starts anew after the unknown", Terms{Least: 2, Of: 5}, s, "x?xx", "", "n?nO"},
		{"at_least and for", Terms{Least: 3, Of: 4, For: 2 * s}, s, "xxXx.xxxx", "", "nnnO" + "C" + "nnOo"},
		{"at_least is reached before for", Terms{Least: 2, Of: 4, For: 3 * s}, s, "xxxxx", "", "nwwOo"},

		{"hysteresis", Terms{Hysteresis: 0.1}, s, "-x-.-x", "", ".OoC.O"},
		{"hysteresis and clear_after", Terms{Hysteresis: 0.1, ClearAfter: 2 * s}, s, "x.-..--...", "", "Ololl" + "oo" + "llC"},

		{"cooldown", Terms{Cooldown: 4 * s}, s, "x.x.xxxx.", "", "OCd.dOooC"},
		{"cooldown, and for runs on in it", Terms{Cooldown: 4 * s, For: 2 * s}, s, "xxx.xxxxx", "", "wwOCwwdOo"},
		{"cooldown, and looks count in it", Terms{Cooldown: 4 * s, Least: 2, Of: 3}, s, "xx.xxxxx", "", "nOCndd" + "Oo"},

		{"muted", Terms{}, s, "xxxx.xx", " mm  m ", "OoooCmO"},
		{"a mute while it is open does not close it", Terms{}, s, "xxx.x", " mmmm", "OooCm"},
		{"muted, and for runs on in it", Terms{For: 2 * s}, s, "xxxxx", "mmmm ", "wwmmO"},
		{"muted tells more than a cooldown", Terms{Cooldown: 3 * s}, s, "x.xxx", "  mm ", "OCmmO"},

		{"quiet hours", Terms{Quiet: []Span{{3 * time.Minute, 6 * time.Minute}}}, time.Minute, "..xxxxxx.xx", "", "..OoooooCOo"},
		{"quiet hours keep it closed", Terms{Quiet: []Span{{3 * time.Minute, 6 * time.Minute}}}, time.Minute, "...xx.xx", "", "...qq.Oo"},
		{"what holds at their end opens then", Terms{Quiet: []Span{{3 * time.Minute, 6 * time.Minute}}}, time.Minute, "....xxx.", "", "....qqOC"},
		{"two of them", Terms{Quiet: []Span{{0, time.Minute}, {2 * time.Minute, 4 * time.Minute}}}, time.Minute, "x.xxxx", "", "q.qqOo"},
		{"over midnight", Terms{Quiet: []Span{{23 * time.Hour, 2 * time.Minute}}}, time.Minute, "xxx", "", "qqO"},

		{"clear_when", Terms{}, s, ".x..eex", "", ".OooC.O"},
		{"clear_when while it holds, too", Terms{}, s, "xxcccx", "", "OoCbbO"},
		{"clear_when and for", Terms{For: 2 * s}, s, "xxcxxx", "", "wwbwwO"},
		{"clear_when and clear_after", Terms{ClearAfter: 2 * s}, s, "xee?eeex", "", "Oll?llCO"},
	} {
		w := &world{}
		r := Rule{Name: "fire", When: w.when(), Terms: c.terms}
		if strings.HasPrefix(c.name, "clear_when") {
			r.ClearWhen = w.clearWhen()
		}
		a := newRig(t, Options{Rules: []Rule{r}, Location: time.UTC})
		var got strings.Builder
		for i, look := range c.looks {
			w.show(look)
			now := time.Date(2026, 7, 3, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * c.every)
			var until time.Time
			if i < len(c.mute) && c.mute[i] == 'm' {
				until = now.Add(time.Hour)
			}
			if err := a.Mute("fire", until); err != nil {
				t.Fatal(err)
			}
			a.look(now, "")
			got.WriteString(letters[a.lives[0].news.outcome])
		}
		if got := got.String(); got != c.want {
			t.Errorf("%s:\nlooks %s\nmute  %s\ngot   %s\nwant  %s", c.name, c.looks, c.mute, got, c.want)
		}
	}
}

// show makes the world what a letter of TestTerms says.
func (w *world) show(look rune) {
	*w = world{score: 0.1, calm: 0.1, silent: look == '?', fresh: !strings.ContainsRune("X,?", look)}
	if strings.ContainsRune("xXc", look) {
		w.score = 0.9
	}
	if look == '-' {
		w.score = 0.75
	}
	if strings.ContainsRune("ce", look) {
		w.calm = 0.9
	}
}
