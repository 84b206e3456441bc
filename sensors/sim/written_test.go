package sim

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// TestWritten tells a story of everything and looks at its truth, in several rooms.
func TestWritten(t *testing.T) {
	at := func(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
	acts := []Act{
		{Kind: ActPerson, Start: at(5), End: at(60), Stays: []Stay{
			{From: at(12), Place: AtTable, Pose: Sitting}, {From: at(30)}, {From: at(32), Pose: Fallen}, {From: at(45), Pose: Standing}}},
		{Kind: ActPet, Variant: 1, End: at(60)},
		{Kind: ActKettle, Start: at(3), End: at(33)},
		{Kind: ActCooking, Start: at(0), End: at(20)},
		{Kind: ActFire, Start: at(40), End: at(60), Where: 1},
		{Kind: ActKnock, Start: at(2), End: at(6)},
		{Kind: ActGlass, Start: at(50), End: at(51.5), Where: int(AtWindow)},
	}
	for seed := range uint64(5) {
		s := Written(Options{Seed: seed, Length: at(70)}, 0.5, acts)
		if again := Written(Options{Seed: seed, Length: at(70)}, 0.5, acts); !reflect.DeepEqual(s, again) {
			t.Errorf("seed %d: two stories of one seed differ", seed)
		}
		for _, c := range []struct {
			at   time.Duration
			want []Situation
		}{
			{at(1), []Situation{PetPresent, CookingSmoke}}, // no empty room: the dog
			{at(4), []Situation{PetPresent, Knock, CookingSmoke}},
			{at(8), []Situation{PersonPresent, PetPresent, DoorOpens, CookingSmoke}},
			{at(25), []Situation{PersonPresent, PetPresent, KettleBoils}},
			{at(34), []Situation{PersonPresent, PersonFallen, PetPresent}},
			{at(48), []Situation{PersonPresent, PetPresent, Fire}},
			{at(51), []Situation{PersonPresent, PetPresent, Fire, GlassBreaks}},
			{at(59), []Situation{PersonPresent, PetPresent, DoorOpens, Fire}},
			{at(65), []Situation{Empty}},
		} {
			got := s.Truth(c.at).Situations.All()
			if c.at == at(8) {
				got = slices.DeleteFunc(got, func(s Situation) bool { return s == Knock }) // a second ago
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("seed %d at %v: got %v, want %v", seed, c.at, got, c.want)
			}
		}
		if c := s.At(at(20)); c.People[0].Place != AtTable || c.People[0].Pose != Sitting || !c.Pets[0].Dog() {
			t.Errorf("seed %d: got %+v and %+v, want somebody who sits at the table, and a dog", seed, c.People, c.Pets)
		}
		if c := s.At(at(65)); len(c.Shards) != 1 || c.Daylight != 0.5 {
			t.Errorf("seed %d: got %+v, want shards in daylight", seed, c)
		}
	}
	if len(acts[0].Stays) != 4 || acts[0].Stays[0].Point != (Point{}) {
		t.Error("the writer's acts have changed")
	}
}
