package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/sensors/sim"
)

// senseNames are the sensors in the order of the fusion's parts, with what they are called in tables.
var senseNames = [...]struct{ sensor, name string }{{cam, "picture"}, {mic, "sound"}, {air, "air"}}

// f1 is the macro F1 of steps of all stories.
func f1(all []*watch, of func(*watch) []step) float64 {
	return count16(all, of).macro()
}

// count16 counts by situation over all stories.
func count16(all []*watch, of func(*watch) []step) *tally {
	var t tally
	for _, w := range all {
		for _, s := range of(w) {
			t.add(s)
		}
	}
	return &t
}

func fused(w *watch) []step { return w.fused }

func alone(sensor string) func(*watch) []step {
	return func(w *watch) []step { return w.alone[sensor] }
}

func other(model string) func(*watch) []step { return func(w *watch) []step { return w.others[model] } }

// report prints the tables of stories told with all senses well.
func report(out io.Writer, all []*watch) {
	steps := 0
	for _, w := range all {
		steps += len(w.fused)
	}
	fmt.Fprintf(out, "%d stories, %d steps\n\n", len(all), steps)
	reportF1(out, all)
	reportAlarms(out, all)
	reportEvents(out, all)
	reportCaptions(out, all)
	reportOthers(out, all)
}

func reportF1(out io.Writer, all []*watch) {
	joined := count16(all, fused)
	fmt.Fprintln(out, "| situation | precision | recall | F1 | picture | sound | air |\n|---|---|---|---|---|---|---|")
	var single [3]*tally
	for i, s := range senseNames {
		single[i] = count16(all, alone(s.sensor))
	}
	for i, name := range sim.Situations() {
		c := joined[i]
		fmt.Fprintf(out, "| %s | %.3f | %.3f | %.3f |", name, c.precision(), c.recall(), c.f1())
		for _, t := range single {
			fmt.Fprintf(out, " %.3f |", t[i].f1())
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "| **macro F1** | | | **%.3f** |", joined.macro())
	for _, t := range single {
		fmt.Fprintf(out, " %.3f |", t.macro())
	}
	fmt.Fprint(out, "\n\n")
}

// lookalikes are the situations whose false alarms are told.
var lookalikes = [...]sim.Situation{sim.Fire, sim.PersonFallen, sim.GlassBreaks, sim.PersonPresent, sim.SeveralPeople,
	sim.CookingSmoke, sim.AlarmTest, sim.WasherUnbalanced, sim.WasherRuns}

func reportAlarms(out io.Writer, all []*watch) {
	ask := []func(*watch) []step{fused, alone(cam), alone(mic), alone(air)}
	fmt.Fprintln(out, "| only looks or sounds like | steps | fused says it is | picture | sound | air |\n|---|---|---|---|---|---|")
	for _, one := range lookalikes {
		fmt.Fprintf(out, "| %v |", one)
		for k, of := range ask {
			var a alarms
			for _, w := range all {
				for _, s := range of(w) {
					a.add(s)
				}
			}
			if k == 0 {
				fmt.Fprintf(out, " %d |", a[one].alike)
			}
			fmt.Fprintf(out, " %.1f %% |", 100*part(a[one].false_, a[one].alike))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprint(out, "| fire, shown by the television |")
	for k, of := range ask {
		alike, said := shown(all, of)
		if k == 0 {
			fmt.Fprintf(out, " %d |", alike)
		}
		fmt.Fprintf(out, " %.1f %% |", 100*part(said, alike))
	}
	fmt.Fprint(out, "\n\n")
}

// shown counts the moments in which a fire burns on television alone, and those of them in which it was said to burn.
func shown(all []*watch, of func(*watch) []step) (alike, said int) {
	for _, w := range all {
		for _, s := range of(w) {
			if !s.truth.Facts.FireShown || s.truth.Situations.Has(sim.Fire) {
				continue
			}
			alike++
			if s.said.Has(sim.Fire) {
				said++
			}
		}
	}
	return alike, said
}

func reportEvents(out io.Writer, all []*watch) {
	fmt.Fprintln(out, "| happens | times | noticed | median delay |\n|---|---|---|---|")
	for i, name := range sim.Situations() {
		var h []happening
		for _, w := range all {
			h = append(h, happenings(w.fused, sim.Situation(i))...)
		}
		recall, median := found(h)
		fmt.Fprintf(out, "| %s | %d | %.1f %% | %.1f s |\n", name, len(h), 100*recall, median.Seconds())
	}
	fmt.Fprintln(out)
}

func reportCaptions(out io.Writer, all []*watch) {
	var t telling
	replaced := uint64(0)
	for _, w := range all {
		replaced += w.replaced
		for _, c := range w.captions {
			t.add(c.said, c.facts)
		}
	}
	fmt.Fprintf(out, "Captions: %d; facts: precision %.3f, recall %.3f; BLEU-4 %.3f; %d with a clause that is none",
		t.said, t.precision(), t.recall(), t.bleu.score(), t.broken)
	if all[0].pace.latency == nil { // a daemon's events do not say it
		fmt.Fprintf(out, "; %d contradicted the labels", replaced)
	}
	fmt.Fprint(out, ".\n\n")
}

func reportOthers(out io.Writer, all []*watch) {
	names := slices.Sorted(maps.Keys(all[0].others))
	names = slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "pair-") }) // know nothing of the third
	if len(names) == 0 {
		return
	}
	fmt.Fprintln(out, "| fusion | macro F1 |\n|---|---|")
	fmt.Fprintf(out, "| the product's | %.3f |\n", f1(all, fused))
	for _, n := range names {
		fmt.Fprintf(out, "| %s | %.3f |\n", n, f1(all, other(n)))
	}
	fmt.Fprintln(out)
}

// flaws tells stories with one sense missing, late, or with its clock off, and prints how well all is told then.
func (t *teller) flaws(out io.Writer) error {
	if t.o.flawed == 0 {
		return nil
	}
	fmt.Fprintf(out, "The first %d stories with a flaw in one sense, macro F1:\n\n", t.o.flawed)
	fmt.Fprintln(out, "| sense | missing | a head trained on the other two | 1 s late | clock 1 s ahead | 1 s behind | 0.2 s ahead |\n|---|---|---|---|---|---|---|")
	for _, s := range senseNames {
		fmt.Fprintf(out, "| %s |", s.name)
		for i, f := range []flaw{{absent: true}, {late: time.Second}, {skew: time.Second}, {skew: -time.Second}, {skew: time.Second / 5}} {
			all, err := t.tell(map[string]flaw{s.sensor: f}, t.o.flawed)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, " %.3f |", f1(all, fused))
			if i == 0 {
				fmt.Fprintf(out, " %s |", pairOf(all, s.name))
			}
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out)
	return nil
}

// pairOf is the macro F1 of the fusion that was trained without a sense, if it was compared.
func pairOf(all []*watch, without string) string {
	name := map[string]string{"picture": "pair-ear-air", "sound": "pair-eye-air", "air": "pair-eye-ear"}[without]
	if len(all[0].others[name]) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f", f1(all, other(name)))
}

// float tells the same stories to the float models.
func (t *teller) float(out io.Writer, int8 []*watch) error {
	b, err := openBundle(t.o.float)
	if err != nil {
		return err
	}
	float := &teller{o: t.o, models: b}
	all, err := float.tell(nil, len(int8))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "| models | fused | %s |\n|---|---|---|---|---|\n", strings.Join([]string{"picture", "sound", "air"}, " | "))
	for _, row := range []struct {
		name string
		all  []*watch
	}{{"float32", all}, {"int8", int8}} {
		fmt.Fprintf(out, "| %s | %.3f | %.3f | %.3f | %.3f |\n", row.name,
			f1(row.all, fused), f1(row.all, alone(cam)), f1(row.all, alone(mic)), f1(row.all, alone(air)))
	}
	return nil
}
