package sensors

import "testing"

func TestCommandLines(t *testing.T) {
	tests := []struct {
		line string
		want string // words, each in brackets
	}{
		{"ffmpeg -i x -f mjpeg -", "[ffmpeg][-i][x][-f][mjpeg][-]"},
		{`  a  "b c" 'd "e"' f''g ""  `, `[a][b c][d "e"][fg][]`},
		{"", "no program"},
		{"  ", "no program"},
		{"a 'b", "a ' that is not closed"},
	}
	for _, tt := range tests {
		got := ""
		all, err := Words(tt.line)
		for _, w := range all {
			got += "[" + w + "]"
		}
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.line, got, tt.want)
		}
	}
}
