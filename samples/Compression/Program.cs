using Microsoft.ML;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample takes options: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var train = CylinderBellFunnel.Load(ml, rows: 180, seed: 1);
var validation = CylinderBellFunnel.Load(ml, rows: 150, seed: 2);
var test = CylinderBellFunnel.Load(ml, rows: 600, seed: int.MaxValue);

// The teacher. Of so few rows a trainer averages five networks.
var options = new ParaRnnOptions { Base = SequenceBase.None, Training = { Epochs = 15, Seed = 1 } };
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.ParaRnn(options));
using var teacher = pipeline.Fit(train);

// The student: ten smaller networks are tried, and the best learns from the teacher to the end.
using var compressed = ml.Model.Compress(
    teacher, train, validation, new CompressionOptions { Candidates = 10, CandidateEpochs = 10, Seed = 1 });
Console.WriteLine(compressed.Report);

// It is a model like the teacher.
ml.Model.Save(compressed.Model, train.Schema, "student.zip");
var loaded = ml.Model.Load("student.zip", out _);
var teacherAccuracy = ml.MulticlassClassification.Evaluate(teacher.Transform(test)).MicroAccuracy;
var studentAccuracy = ml.MulticlassClassification.Evaluate(loaded.Transform(test)).MicroAccuracy;
Console.WriteLine($"teacher_accuracy: {teacherAccuracy:0.######}");
Console.WriteLine($"student_accuracy: {studentAccuracy:0.######}");
Console.WriteLine($"parameters_ratio: {compressed.Report.ParametersRatio:0.######}");
Console.WriteLine($"rows_per_second_ratio: {compressed.Report.RowsPerSecondRatio:0.######}");
return 0;
