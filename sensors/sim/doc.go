// Package sim makes up a room: what a camera, a microphone and chips in it give, with the truth of what was going on. It
// hides how a flame is drawn, what a kettle sounds like and how slowly a room warms.
//
// A Story decides by its seed who comes and what happens when. Scene is the state of everything at one moment; what is
// drawn, heard and felt follows from scenes alone, so that the senses agree. Truth says what a scene is called, where
// things are in the picture, and which facts a caption may state.
//
// # Why
//
// The lookalikes are the point. A fire on television is bright and crackles but leaves the air alone; somebody lying on
// the floor for exercise looks as if fallen but made no thud; a kettle steams and whistles; an alarm that is tested
// rings without smoke. One sense alone cannot tell them apart, and a model that joins senses can be measured by them.
//
// Everything is a function of a seed and a time, never of the order of calls: a picture of minute two can be had without
// minute one. Different seeds have nothing in common, so that sets for training and for measuring are disjoint by seed.
package sim
