package grammar

import (
	"cmp"
	"slices"
	"strings"

	"edged/pipelines"
)

// names are how phrases of a sense begin.
var names = [...]string{Found: "found", Seen: "seen", Heard: "heard"}

// tell puts a scene into an event: sentences in all languages, and the labels and counts that they say.
func (g *Grammar) tell(sc *scene, say *pipelines.Event) {
	for i, l := range g.languages {
		text := g.caption(l, sc)
		if i == 0 {
			say.Caption = text
			continue
		}
		if say.Captions == nil {
			say.Captions = map[string]string{}
		}
		say.Captions[l.code] = text
	}
	for _, p := range sc.parts {
		for _, it := range p.items {
			if it.n == 0 {
				say.Labels = append(say.Labels, pipelines.Label{Name: it.name, Score: it.score})
			}
		}
	}
	slices.SortStableFunc(say.Labels, func(a, b pipelines.Label) int { return cmp.Compare(b.Score, a.Score) })
	say.Counts, say.Contributions = sc.counts(), sc.contributions(g.common)
}

// caption says a scene in a language.
func (g *Grammar) caption(l *language, sc *scene) string {
	var all []string
	for i := range sc.parts {
		all = append(all, g.part(l, &sc.parts[i])...)
	}
	all = append(all, g.measured(l, sc.readings)...)
	if len(all) == 0 {
		sense := Found
		if len(sc.parts) > 0 {
			sense = sc.parts[0].sense
		}
		all = append(all, l.phrase(names[sense]+" none", 0))
	}
	for i := range all {
		all[i] = capital(all[i]) + "."
	}
	return strings.Join(all, " ")
}

// part says what one source has found. That there is nothing is told of what is counted alone.
func (g *Grammar) part(l *language, p *part) []string {
	s := sentences{language: l, sense: names[p.sense]}
	for _, it := range p.said(g.common) {
		s.add(it, l.place(g.places, it.place))
	}
	if p.counts && len(s.nouns)+len(s.clauses)+len(s.others) == 0 {
		s.clauses = append(s.clauses, l.phrase(s.sense+" none", 0))
	}
	all := s.all()
	if g.several(p.sense) {
		for i := range all {
			all[i] = l.phrase("of", 0, "sensor", p.sensor, "sentence", all[i])
		}
	}
	return all
}

// several says whether more than one sensor has a sense, so that sentences must say whose they are.
func (g *Grammar) several(sense Sense) bool {
	n := 0
	for _, s := range g.opts.Senses {
		if s == sense {
			n++
		}
	}
	return n > 1
}

// sentences are what one source has found, by how it is said.
type sentences struct {
	*language
	sense           string
	nouns           []noun
	clauses, others []string
	more            bool // the verb stands in the plural
}

// noun is what is somewhere, for some time; where and time may be empty.
type noun struct{ thing, where, time string }

// add adds an item: a clause, where the language has one and things are not seen or heard, or else a noun.
func (s *sentences) add(it *item, place string) {
	w, known := s.words[strings.ToLower(it.name)]
	time := s.lasts(it.lasts)
	if w.clause != "" && (s.sense == names[Found] || w.one == "") {
		s.clauses = append(s.clauses, s.with("lasting", w.clause, time))
		return
	}
	thing, more := s.things(it.name, it.n, it.n > 0 || s.sense == names[Seen])
	if !known && s.sense == names[Found] && it.n == 0 {
		s.others = append(s.others, s.with("lasting", thing, time))
		return
	}
	s.nouns, s.more = append(s.nouns, noun{thing, place, time}), s.more || more
}

// with says of a thing what follows it, if that is anything.
func (l *language) with(phrase, thing, what string) string {
	if what == "" {
		return thing
	}
	return l.phrase(phrase, 0, "thing", thing, "what", what)
}

// list says nouns, those of one place together: a dog and two cats on the left.
func (l *language) list(all []noun) string {
	var groups []string
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(other noun) bool { return other.where != all[0].where })
		if n < 0 {
			n = len(all)
		}
		if n == 1 {
			groups = append(groups, l.with("lasting", l.with("placed", all[0].thing, all[0].where), all[0].time))
		} else {
			groups = append(groups, l.group(all[:n])...)
		}
		all = all[n:]
	}
	return l.join(groups)
}

// group says the nouns of one place.
func (l *language) group(all []noun) []string {
	var things []string
	for _, one := range all {
		things = append(things, l.with("lasting", one.thing, one.time))
	}
	if all[0].where == "" {
		return things
	}
	return []string{l.with("placed", l.join(things), all[0].where)}
}

// all returns the sentences: nouns in one, each clause by itself, and what the language has no word for.
func (s *sentences) all() []string {
	var all []string
	if n := len(s.nouns); n > 0 {
		form := " one"
		if s.more || n > 1 {
			form = " more"
		}
		all = append(all, s.phrase(s.sense+form, 0, "list", s.list(s.nouns)))
	}
	all = append(all, s.clauses...)
	if len(s.others) > 0 {
		all = append(all, s.phrase("named", 0, "list", s.join(s.others)))
	}
	return all
}

// measured says readings, a sentence for each sensor.
func (g *Grammar) measured(l *language, readings []reading) []string {
	bySensor := map[string][]string{}
	var order []string
	for _, r := range readings {
		if !slices.Contains(order, r.sensor) {
			order = append(order, r.sensor)
		}
		form := "measured more"
		if len(bySensor[r.sensor]) == 0 {
			form = "measured first"
		}
		name := l.words["#"+r.name].one
		if name == "" {
			name = l.phrase("reading", 0, "name", plain(r.name))
		}
		said := l.phrase(form, 0, "name", name, "value", l.measure(r.value, g.common.unit(r.unit, r.value)))
		bySensor[r.sensor] = append(bySensor[r.sensor], said)
	}
	slices.Sort(order)
	var all []string
	for _, sensor := range order {
		said := l.join(bySensor[sensor])
		if len(order) > 1 {
			said = l.phrase("of", 0, "sensor", sensor, "sentence", said)
		}
		all = append(all, said)
	}
	return all
}
