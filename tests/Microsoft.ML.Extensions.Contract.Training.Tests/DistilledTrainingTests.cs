using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Teachers for networks of the same and of other kinds.</summary>
[TestClass]
public sealed class DistilledTrainingTests
{
    private const int Rows = 24;

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ATeacher_ChangesTheWeights_AndNotTheFormOfTheModel(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, Rows);
        using var teacher = trainer.Fit(ml, data, options => options.Training.Seed = 7);
        var (without, taught) = (Saved(null), Saved(new DistillationOptions { Teacher = teacher }));
        CollectionAssert.AreEqual(without.Description, taught.Description);
        CollectionAssert.AreNotEqual(without.Weights, taught.Weights);
        CollectionAssert.AreEqual(without.Weights, Saved(new DistillationOptions { Teacher = teacher, Weight = 0 }).Weights);
        CollectionAssert.AreEqual(taught.Weights, Saved(new DistillationOptions { Teacher = teacher }).Weights);
        if (!trainer.Input.IsTokens)
        {
            CollectionAssert.AreNotEqual(taught.Weights, Saved(new DistillationOptions { Teacher = teacher, MixRows = true }).Weights);
        }

        (byte[] Description, byte[] Weights) Saved(DistillationOptions? distillation)
        {
            using var model = trainer.Fit(ml, data, options =>
                (options.Training.Seed, options.Training.Distillation) = (1, distillation));
            var entries = ModelFile.Entries(ModelFile.Save(ml, model, data.Schema)).ToDictionary(entry => Path.GetFileName(entry.Key), entry => entry.Value);
            return (entries[ModelFile.Description], entries[ModelFile.Weights]);
        }
    }

    [TestMethod, Trained]
    public void AStudent_ImitatesItsTeacher_AgainstTheLabels()
    {
        // A teacher of the opposite labels, which count far more than the true ones.
        var ml = new MLContext(TrainedSeed.From(1));
        var trainer = TrainerCases.Named("DeepNetwork, binary");
        var rows = ToyInput.Equal.Rows(60, 1);
        var data = trainer.Load(ml, rows, ToyInput.Equal);
        var turned = ml.Transforms.Expression("Label", "x => !x", "Label").Fit(data).Transform(data);
        using var teacher = trainer.Create(ml, trainer.Learning((NetworkTrainerOptions _) => { })).Fit(turned);
        using var student = trainer.Create(ml, trainer.Learning((NetworkTrainerOptions options) =>
            options.Training.Distillation = new DistillationOptions { Teacher = teacher, Weight = 50 })).Fit(data);
        TrainedBound.Above(ml.BinaryClassification.Evaluate(teacher.Transform(turned)).Accuracy, 0.9, "accuracy of the teacher");
        TrainedBound.Above(ml.BinaryClassification.Evaluate(student.Transform(turned)).Accuracy, 0.9, "accuracy of the student");
    }

    [TestMethod]
    public void Teachers_OfOtherTasksAndColumns_AreRefused()
    {
        var ml = new MLContext(1);
        var student = TrainerCases.Named("ParaRnn, multiclass");
        Refusal("ParaRnn, regression", ToyInput.Equal, ToyInput.Equal, "was trained for Regression of 1 outputs, and this is Multiclass");
        Refusal("ParaRnn, multiclass", ToyInput.Flat, ToyInput.Equal, "Training.Distillation.Teacher cannot read column 'Features'");
        var tokens = student.Load(ml, Rows, input: ToyInput.Tokens);
        using var reader = student.Fit(ml, tokens);
        StringAssert.Contains(Message(tokens, reader, mix: true), "of tokens, which cannot be mixed");
        var numbers = student.Load(ml, Rows, input: ToyInput.Equal);
        var gone = student.Fit(ml, numbers);
        gone.Dispose();
        StringAssert.Contains(Message(numbers, gone, mix: false), "Training.Distillation.Teacher cannot be used");

        void Refusal(string name, ToyInput teachers, ToyInput students, string expected)
        {
            var other = TrainerCases.Named(name);
            using var teacher = other.Fit(ml, other.Load(ml, Rows, input: teachers));
            StringAssert.Contains(Message(student.Load(ml, Rows, input: students), teacher, mix: false), expected);
        }

        string Message(IDataView data, NetworkTransformer teacher, bool mix) => Assert.ThrowsExactly<InvalidOperationException>(() =>
            student.Fit(ml, data, options => options.Training.Distillation = new DistillationOptions { Teacher = teacher, MixRows = mix })).Message;
    }
}
