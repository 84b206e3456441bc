package sim

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"edged/sensors"
)

var sheets = flag.String("sheets", "", "write contact sheets of pictures to this folder")

// folder returns where sheets are written, and how many of n: without -sheets one, which nobody keeps.
func folder(t *testing.T, n uint64) (string, uint64) {
	if *sheets == "" {
		return t.TempDir(), 1
	}
	return *sheets, n
}

// staged is a room in which just one thing is so, for looking at.
type staged struct {
	name string
	day  float64
	lamp bool
	acts []Act
}

const noon = 40 * time.Second

// always is an act that is at its height at noon.
func always(k Kind, variant, where int) Act {
	return Act{Kind: k, Start: noon - 20*time.Second, Turn: noon - 5*time.Second, End: noon + 20*time.Second, Variant: variant, Where: where}
}

// stands is a person or a pet at one place.
func stands(h *Home, k Kind, who int, p Place, pose Pose) Act {
	point := h.Spots[p]
	if p == Nowhere {
		point = Point{h.Width * (0.3 + 0.05*float64(who%9)), h.Depth * 0.42}
	}
	a := always(k, who, 0)
	a.Stays = []Stay{{From: a.Start, Point: point, Place: p, Pose: pose}}
	return a
}

// walks is a person or a pet that is under way at noon.
func walks(h *Home, k Kind, who int, from, to Place) Act {
	a := always(k, who, 0)
	a.Stays = []Stay{{From: a.Start, Point: h.Spots[from], Place: from}, {From: noon + time.Second, Point: h.Spots[to], Place: to}}
	return a
}

// scenes are rooms of a seed in which one thing is so each.
func stagedScenes(h *Home) []staged {
	return []staged{
		{name: "empty", day: 1}, {name: "dusk", day: 0.1}, {name: "lamp", lamp: true}, {name: "night"},
		{"person", 0.8, false, []Act{walks(h, ActPerson, 3, AtDoor, Nowhere), always(ActDoor, 0, 0)}},
		{"people", 0.8, false, []Act{stands(h, ActPerson, 4, AtSofa, Sitting), stands(h, ActPerson, 5, AtTable, Sitting), stands(h, ActPerson, 6, AtStove, Standing)}},
		{"fallen", 0.8, false, []Act{stands(h, ActPerson, 7, Nowhere, Fallen)}},
		{"lying", 0, true, []Act{stands(h, ActPerson, 8, Nowhere, Lying)}},
		{"cat", 0.8, false, []Act{stands(h, ActPet, 2, Nowhere, Standing)}}, {"dog", 0.8, false, []Act{walks(h, ActPet, 5, AtDoor, Nowhere)}},
		{"fire tv", 0, false, []Act{always(ActTelevision, int(ShowFire), 0)}}, {"fire at tv", 0, false, []Act{always(ActFire, 0, 0)}},
		{"fire tv day", 0.7, false, []Act{always(ActTelevision, int(ShowFire), 0)}}, {"fire at tv day", 0.7, false, []Act{always(ActFire, 0, 0)}},
		{"fire sofa", 0.4, false, []Act{always(ActFire, 0, 1)}}, {"fire stove", 0, true, []Act{always(ActFire, 0, 2)}},
		{"smoke", 0.7, false, []Act{always(ActCooking, 0, 0)}}, {"kettle", 0.7, false, []Act{always(ActKettle, 0, 0)}},
		{"tv talk", 0.4, false, []Act{always(ActTelevision, int(ShowTalk), 0)}}, {"tv people", 0, true, []Act{always(ActTelevision, int(ShowPeople), 0)}},
		{"tv glass", 0, true, []Act{always(ActTelevision, int(ShowGlass), 0)}}, {"glass", 0.7, false, []Act{always(ActGlass, 0, int(AtTable))}},
		{"window", 0.8, false, []Act{always(ActWindow, 0, 0)}}, {"washer", 0.8, false, []Act{always(ActWasher, 0, 0), stands(h, ActPerson, 9, AtTelevision, Standing)}},
	}
}

func (k *staged) story(seed uint64) *Story {
	s := NewStory(Options{Seed: seed})
	s.Daylight, s.Acts = k.day, k.acts
	if k.lamp {
		s.Acts = append(s.Acts, always(ActLamp, 0, 0))
	}
	return s
}

// TestSheets draws pictures for people to look at: go test -run Sheets -sheets FOLDER.
func TestSheets(t *testing.T) {
	dir, rooms := folder(t, 6)
	for seed := range rooms {
		var frames []sensors.Frame
		for _, k := range stagedScenes(NewStory(Options{Seed: seed}).Home) {
			var f sensors.Frame
			NewCamera(k.story(seed)).Draw(&f, noon)
			frames = append(frames, f)
		}
		write(t, filepath.Join(dir, "staged"+string('0'+rune(seed))+".png"), frames)
	}
	var frames []sensors.Frame
	for seed := range uint64(24) {
		var f sensors.Frame
		NewCamera(NewStory(Options{Seed: 1000 + seed})).Draw(&f, 70*time.Second)
		frames = append(frames, f)
	}
	write(t, filepath.Join(dir, "stories.png"), frames)
	boxed(frames)
	write(t, filepath.Join(dir, "boxes.png"), frames)
}

// boxed draws boxes around what the pictures of the stories show.
func boxed(frames []sensors.Frame) {
	for i := range frames {
		for _, o := range NewCamera(NewStory(Options{Seed: 1000 + uint64(i)})).Objects(70 * time.Second) {
			x0, y0 := int(o.XMin*drawnWidth), int(o.YMin*drawnHeight)
			x1, y1 := int(o.XMax*drawnWidth)-1, int(o.YMax*drawnHeight)-1
			h := scramble(uint64(len(o.Name)) * 77)
			for x := x0; x <= x1; x++ {
				dot(&frames[i], x, y0, h)
				dot(&frames[i], x, y1, h)
			}
			for y := y0; y <= y1; y++ {
				dot(&frames[i], x0, y, h)
				dot(&frames[i], x1, y, h)
			}
		}
	}
}

func dot(f *sensors.Frame, x, y int, colour uint64) {
	p := f.Pix[3*(max(y, 0)*f.Width+max(x, 0)):]
	p[0], p[1], p[2] = byte(colour)|64, byte(colour>>8)|64, byte(colour>>16)|64
}

// TestStrips draws half a minute of stories, a picture a second.
func TestStrips(t *testing.T) {
	dir, stories := folder(t, 3)
	for seed := range stories {
		c := NewCamera(NewStory(Options{Seed: 2000 + seed}))
		var frames []sensors.Frame
		for i := range 30 {
			var f sensors.Frame
			c.Draw(&f, 60*time.Second+time.Duration(i)*700*time.Millisecond)
			frames = append(frames, f)
		}
		write(t, filepath.Join(dir, "strip"+string('0'+rune(seed))+".png"), frames)
	}
}

// write puts frames side by side, six in a row, each pixel two by two.
func write(t *testing.T, name string, frames []sensors.Frame) {
	const across, large = 6, 2
	rows := (len(frames) + across - 1) / across
	img := image.NewRGBA(image.Rect(0, 0, across*drawnWidth*large, rows*drawnHeight*large))
	for i, f := range frames {
		for y := range drawnHeight * large {
			for x := range drawnWidth * large {
				p := f.Pix[3*(y/large*drawnWidth+x/large):]
				img.Set(i%across*drawnWidth*large+x, i/across*drawnHeight*large+y, color.RGBA{p[0], p[1], p[2], 255})
			}
		}
	}
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, img); err != nil {
		t.Fatal(err)
	}
}
