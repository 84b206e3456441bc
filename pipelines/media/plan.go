package media

import (
	"strconv"
	"strings"
	"time"

	"edged/pipelines"
)

// Plan says what is kept of an alert when it opens.
type Plan struct {
	Pictures []string // one of each of these cameras
	Sounds   []string // of these microphones
	Before   time.Duration
	After    time.Duration
}

// Alert names an alert of a pipeline.
type Alert struct{ Pipeline, Name string }

// stamp is how times are written in names.
const stamp = "20060102T150405.000Z"

// nameOf returns the name of the file that is kept of a sensor for the alert that ev has opened.
func nameOf(ev *pipelines.Event, sensor, kind string) string {
	parts := []string{ev.Pipeline, ev.Alert.Name, ev.Time.UTC().Format(stamp), ev.Boot, strconv.FormatUint(ev.Seq, 10), sensor}
	return strings.Join(parts, "-") + kind
}

// planned returns what is to be kept of ev; nil if it opens no alert, or one of which nothing is.
func (k *Keeper) planned(ev *pipelines.Event) *Plan {
	if ev.Kind != pipelines.KindAlert || ev.Alert == nil || ev.Alert.State != pipelines.Open {
		return nil
	}
	if p, ok := k.o.Plans[Alert{ev.Pipeline, ev.Alert.Name}]; ok && k.o.Path != "" {
		return &p
	}
	return nil
}

// Files returns the names of what is kept of the alert that ev opens. What never leaves is not among them. They depend on the
// event and on what k was made of alone, and the files will be there a little later.
func (k *Keeper) Files(ev *pipelines.Event) (all []string) {
	p := k.planned(ev)
	if p == nil {
		return nil
	}
	for _, sensor := range k.pictures(p) {
		all = append(all, nameOf(ev, sensor, ".jpg"))
	}
	for _, sensor := range k.sounds(p) {
		all = append(all, nameOf(ev, sensor, ".wav"))
	}
	return all
}

// pictures returns the cameras of p whose pictures may leave.
func (k *Keeper) pictures(p *Plan) (all []string) {
	for _, sensor := range p.Pictures {
		if k.o.Door.Ever(sensor) == nil {
			all = append(all, sensor)
		}
	}
	return all
}

// sounds returns the microphones of p whose sound may leave.
func (k *Keeper) sounds(p *Plan) []string {
	if k.o.Door.Allows(Sounds) != nil {
		return nil
	}
	return p.Sounds
}
