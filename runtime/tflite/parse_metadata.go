package tflite

// ModelMetadata reads the model's TFLITE_METADATA; nil where it has none. The error is a *FormatError.
func (m *Model) ModelMetadata() (*ModelMetadata, error) {
	for _, d := range m.Metadata {
		if d.Name == metadataName {
			return ParseMetadata(d.Data)
		}
	}
	return nil, nil
}

// ParseMetadata reads the bytes of a TensorFlow Lite metadata flatbuffer. The error is a *FormatError.
func ParseMetadata(b []byte) (*ModelMetadata, error) {
	r := newReader(b)
	m := r.modelMetadata()
	if !r.ok() {
		r.problem.at("%s", metadataName)
		return nil, r.problem.err()
	}
	return m, nil
}

func (r *reader) modelMetadata() *ModelMetadata {
	if head := r.span(0, 8); head == nil || string(head[4:]) != metadataIdentifier {
		r.problem = nil
		r.bad("no %s at byte 4 of %d bytes", metadataIdentifier, len(r.b))
		return nil
	}
	t := r.table(r.follow(0))
	m := &ModelMetadata{
		Name: t.string(0), Description: t.string(1), Version: t.string(2), Author: t.string(4), License: t.string(5),
		MinParserVersion: t.string(7), Files: fileMetadata(t, 6),
	}
	t.tables(3, "subgraph", func(_ int, t table) {
		m.Graphs = append(m.Graphs, GraphMetadata{
			Name: t.string(0), Description: t.string(1), Files: fileMetadata(t, 4),
			Inputs: tensorMetadata(t, 2, "input"), Outputs: tensorMetadata(t, 3, "output"),
		})
	})
	return m
}

func fileMetadata(t table, id int) []FileMetadata {
	var files []FileMetadata
	t.tables(id, "file", func(_ int, t table) {
		files = append(files, FileMetadata{t.string(0), t.string(1), t.string(3), FileType(t.u8(2, 0))})
	})
	return files
}

func tensorMetadata(t table, id int, kind string) []TensorMetadata {
	var list []TensorMetadata
	t.tables(id, kind, func(_ int, t table) {
		x := TensorMetadata{Name: t.string(0), Description: t.string(1), DimensionNames: t.strings(2)}
		x.Files = fileMetadata(t, 6)
		x.content(t.table(3))
		t.tables(4, "process unit", func(_ int, t table) { x.process(t) })
		stats := t.table(5)
		x.Max, x.Min = stats.floats(0), stats.floats(1)
		list = append(list, x)
	})
	return list
}

func (x *TensorMetadata) content(t table) {
	x.Content = Content(t.u8(0, 0))
	body := t.table(1)
	switch x.Content {
	case ContentImage:
		size := body.table(1)
		x.Image = ImageMetadata{ColorSpace(body.u8(0, 0)), size.i32(0, 0), size.i32(1, 0)}
	case ContentBox:
		x.Box = BoxMetadata{Type: body.u8(1, 0), Order: body.ints(0), Pixel: body.u8(2, 0) == 1}
	case ContentAudio:
		x.Audio = AudioMetadata{body.i32(0, 0), body.i32(1, 0)}
	}
}

// process reads a step that prepares an input or reads an output; tokenizers are left out.
func (x *TensorMetadata) process(t table) {
	const normalization, scoreThreshold = 1, 3
	body := t.table(1)
	switch t.u8(0, 0) {
	case normalization:
		x.Mean, x.Std = body.floats(0), body.floats(1)
	case scoreThreshold:
		v := body.f32(0, 0)
		x.Threshold = &v
	}
}

// strings returns the vector of strings in field id.
func (t table) strings(id int) []string {
	data, pos := t.vector(id, 4)
	var list []string
	for i := 0; i < len(data)/4 && t.r.ok(); i++ {
		at := t.r.follow(pos + 4*int64(i))
		text := t.r.span(at+4, int64(t.r.u32(at)))
		t.r.spend(tableCost + int64(len(text)))
		list = append(list, string(text))
	}
	return list
}
