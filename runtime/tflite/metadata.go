package tflite

// metadataName is the model's Metadata entry that holds a ModelMetadata; metadataIdentifier stands at its bytes 4 to 8
// (TensorFlow Lite metadata_schema.fbs, versions 1.0.0 to 1.3.0).
const (
	metadataName       = "TFLITE_METADATA"
	metadataIdentifier = "M001"
)

// ModelMetadata is what TensorFlow Lite metadata says of a model, for people and for preparing inputs. Nothing in it
// is needed to run the model, and nothing binds it to the model's tensors but their order.
type ModelMetadata struct {
	Name, Description, Version string
	Author, License            string
	MinParserVersion           string
	Graphs                     []GraphMetadata
	Files                      []FileMetadata
}

// GraphMetadata speaks of a subgraph; Inputs and Outputs are in the subgraph's order.
type GraphMetadata struct {
	Name, Description string
	Inputs, Outputs   []TensorMetadata
	Files             []FileMetadata
}

// TensorMetadata speaks of an input or output.
type TensorMetadata struct {
	Name, Description string
	DimensionNames    []string
	Content           Content
	Image             ImageMetadata // of ContentImage
	Box               BoxMetadata   // of ContentBox
	Audio             AudioMetadata // of ContentAudio
	Mean, Std         []float32     // of the normalization (x−mean)/std, one or one per channel; nil without one
	Threshold         *float32      // below which scores count as low; nil where the file gives none
	Min, Max          []float32     // of the values, one or one per channel
	Files             []FileMetadata
}

// Content is what a tensor means (schema: ContentProperties).
type Content uint8

// The contents a tensor may have.
const (
	ContentUnknown Content = iota
	ContentFeature
	ContentImage
	ContentBox
	ContentAudio
)

// ImageMetadata is how a picture is laid out.
type ImageMetadata struct {
	ColorSpace    ColorSpace
	Width, Height int // by default, where the tensor's own size is open; 0 where the file gives none
}

// ColorSpace is a picture's colours (schema: ColorSpaceType).
type ColorSpace uint8

// The colour spaces.
const (
	ColorUnknown ColorSpace = iota
	ColorRGB
	ColorGray
)

// BoxMetadata is how four numbers make a bounding box.
type BoxMetadata struct {
	Type  uint8 // 1 left, top, right, bottom; 2 left, top, width, height; 3 centre x, centre y, width, height
	Order []int // where each of those stands; nil is 0, 1, 2, 3
	Pixel bool  // otherwise ratios from 0 to 1
}

// AudioMetadata is what a clip of sound has to be.
type AudioMetadata struct{ RateHz, Channels int }

// FileMetadata names an associated file.
type FileMetadata struct {
	Name, Description, Locale string
	Type                      FileType
}

// FileType is what an associated file holds (schema: AssociatedFileType).
type FileType uint8

// The types of associated files: AxisLabels name the indices of a tensor's axis, ValueLabels the values in a tensor.
const (
	FileUnknown FileType = iota
	FileDescriptions
	FileAxisLabels
	FileValueLabels
	FileScoreCalibration
	FileVocabulary
)
