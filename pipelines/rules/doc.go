// Package rules is the language of alert conditions: it understands a condition, refuses what makes no sense with its place
// and a remedy, and decides it again and again on what a pipeline finds and measures.
//
//	label("fire") > 0.8 && slope("air.temperature", "30s") > "3 °C/min"
//
// A [Rule] is compiled once against a [Vocabulary], all that a pipeline has. A [Memory] holds what the rules of a pipeline
// look at; it is told each event and reading. [Memory.Bind] lets a rule look at it, and [Bound.Look] decides the rule at a
// moment, with the numbers of each comparison as evidence.
//
// # The language
//
// A condition joins comparisons with && (or: and), || (or: or) and ! (or: not), and with parentheses. A comparison has a
// number on each side, and one of < <= > >= == != between them; 18 <= a <= 25 is two of them. Numbers may be added,
// subtracted, multiplied and divided. The functions are all that a condition can reach:
//
//	label(name)            the newest score of a class, 0 to 1, also where it is below what events tell;
//	                       of a detector the best of its detections, 0 if there is none
//	count(name)            how many things of a class are in view
//	dwell(name)            for how many seconds the thing of a class that has been in view longest has been
//	since(name)            how many seconds ago an event told a class last
//	reading(name)          the newest of a sensor's values: "air.temperature", "mic.level"
//	slope(series, window)  how fast it rises, per second: the line of least squares over the window
//	mean(series, window)   its mean in the window; so with max and min
//	missing(sensor)        whether a sensor gives nothing: for too long, or at all
//
// label, count, dwell and since take a sensor, or a model, as a second argument where several have the class: label("dog",
// "mic"). A series is a reading, "air.temperature"; a label, "fire"; or a call of label, count or reading. A window is a
// time of 0.1 s to 1 h, in which at least two results come. Names are texts, in straight marks.
//
// # Units
//
// A number with a unit is a text: reading("air.temperature") > "35 °C", slope("air.temperature", "30s") > "3 °C/min",
// since("doorbell") < "5 min". A number without one is in the unit of what it stands beside: °C, Pa, % of relative humidity,
// dBFS, seconds, or per second of slope. Converted are
//
//	°C °F K   Pa hPa mbar kPa bar   ms s min h   ppm ppb   lx klx   g mg   mV V   mA A   mW W kW   and each per ms, s, min or h
//
// and scores to percent: label("fire") > "80 %". Units that are not here, which a recorded series may have, are compared with
// themselves. What has different kinds of units is neither compared nor added. What has a unit may be multiplied and divided
// by numbers, and divided by what has the same unit.
//
// Temperatures and their differences are told apart: reading("in.temperature") - reading("out.temperature") > "9 °F" is a
// difference of 5 °C. In a sum, a number with a unit is a difference.
//
// # Truth
//
// What a sensor that gives nothing would have said is unknown, and a comparison with it neither true nor false. Of && the
// lesser counts and of || the greater, in the order false, unknown, true (Kleene's logic): missing("cam") || label("fire") >
// 0.8 holds if the camera is missing, and label("fire") > 0.8 && reading("air.temperature") > 60 does not hold if there is no
// fire, whatever the temperature may be. Unknown is
//
//   - what has not come yet, or not for so long that it does not count any more;
//   - slope, mean, max and min while what is known reaches over less than half of their window;
//   - a reading in a unit that is none of those it is compared in, and a number that is none, as 0/0;
//   - missing of a sensor that has given nothing yet and is not overdue.
//
// What since asks is known from the first result on, also when the sensor is gone. Of a class that was not told yet it is known
// that it is at least as long ago as that first result: since("person") > "1h" is unknown until an hour has passed, and
// since("doorbell") < "30s" is unknown for 30 s and false from then on. So a restart by itself opens nothing.
//
// # What is refused
//
// Names that the pipeline does not have, names that two models have, units that do not fit, texts, numbers and conditions in
// each other's place, windows that cannot be; comparisons that never hold or always do by what a score, a count, a
// temperature, a humidity, the pressure of air, or sound can be; two comparisons of one thing that cannot hold together, or
// one of which always holds; == of measurements. All that expr has beside this: variables, loops, lists, maps, members and its
// other functions. A condition has at most 1000 bytes, 200 parts, and is nested 32 deep.
//
// # Why
//
// The syntax, and its parser, are expr's (github.com/expr-lang/expr); what conditions mean is ours. expr's own machine
// computes with Go values, which know no third truth, and gives one answer where the evidence of an alert has two numbers for
// each comparison. So its tree becomes a small one of our own, which has the functions above and no way to anything else:
// nothing loops, calls or allocates, and a look costs what the condition is long, times the 242 buckets of a window at most.
//
// A window's points lie in buckets of a 240th of its time, so that an hour of a microphone's scores needs no more space than a
// minute of a thermometer's. With up to two points a second in two minutes each bucket is a point and all is exact.
//
// All times are those of events and readings, and of the looks. Two machines that are told the same decide the same, to the
// last bit.
package rules
