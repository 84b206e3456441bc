package pipelines

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// fill gives each field of a struct, and what it points to, something that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(8, 0)))
			return
		}
		for _, field := range v.Fields() {
			fill(field)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.Set(reflect.ValueOf(1).Convert(v.Type()))
	}
}

// shared tells of the memory that two values both point to.
func shared(t *testing.T, at string, a, b reflect.Value) {
	switch a.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if a.Pointer() == b.Pointer() {
			t.Errorf("a clone shares %s", at)
		}
	}
	switch a.Kind() {
	case reflect.Pointer:
		shared(t, at, a.Elem(), b.Elem())
	case reflect.Struct:
		if a.Type() == reflect.TypeFor[time.Time]() { // its zone is nobody's to change
			return
		}
		for i := range a.NumField() {
			shared(t, at+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice:
		shared(t, at+"[0]", a.Index(0), b.Index(0))
	}
}

func TestCloneSharesNothing(t *testing.T) {
	ev := &Event{}
	fill(reflect.ValueOf(ev).Elem())
	c := ev.Clone()
	if !reflect.DeepEqual(ev, c) {
		t.Errorf("got %+v, want %+v", c, ev)
	}
	shared(t, "the event", reflect.ValueOf(ev), reflect.ValueOf(c))
	if got := (&Event{}).Clone(); !reflect.DeepEqual(got, &Event{}) {
		t.Errorf("got %+v of nothing", got)
	}
}

func TestDegradedByLeavesTheEventAsItIs(t *testing.T) {
	ev := &Event{Seq: 3, Degraded: append(make([]string, 0, 4), "a")}
	first, second := ev.DegradedBy("b"), ev.DegradedBy("c")
	if len(ev.Degraded) != 1 || !reflect.DeepEqual(first.Degraded, []string{"a", "b"}) || !reflect.DeepEqual(second.Degraded, []string{"a", "c"}) || first.Seq != 3 {
		t.Errorf("got %+v, %+v of %+v", first, second, ev)
	}
}

func TestEventID(t *testing.T) {
	ev := &Event{Boot: "b1", Pipeline: "room", Seq: 18446744073709551615}
	if got := ev.ID().String(); got != "b1-room-18446744073709551615" {
		t.Errorf("got %s", got)
	}
	if got := string(EventID{}.Append([]byte("x"))); got != "x" {
		t.Errorf("got %q of no event", got)
	}
}

// grip is a sink that breaks the law: it keeps events themselves.
type grip struct{ events []*Event }

func (g *grip) Put(_ context.Context, ev *Event) error {
	g.events = append(g.events, ev)
	return nil
}

// TestEventsMemoryIsUsedAgain looks at events that were kept by a sink that should not have, and by one that may: the first sees
// them change, the second does not.
func TestEventsMemoryIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong, right := &grip{}, &keep{}
		p := New("room", wrong, right)
		attach(t, p, NewInput("air", &ticker{last: 4}, InputOptions{}), newTwice(0), Encoder{})
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		if _, err := run(t, g, time.Hour); err != nil || len(right.events) != 4 {
			t.Fatalf("got %d events, %v", len(right.events), err)
		}
		for i, ev := range right.events {
			if ev.Seq != uint64(i+1) || ev.Labels[0].Score != float32(2*i+2) || wrong.events[i].Seq != 4 {
				t.Errorf("event %d: got %+v, and where it was %+v", i, ev, wrong.events[i])
			}
		}
	})
}
