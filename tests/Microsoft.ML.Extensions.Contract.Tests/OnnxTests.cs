using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// A pipeline with the pack's steps becomes an ONNX file that scores the same, or is refused by name: ML.NET's converter would write a model that lacks
/// its steps.
/// </summary>
[TestClass]
public sealed class OnnxTests
{
    private const double Tolerance = 1e-5;

    [TestMethod, EveryTrainer]
    public void Trainer_ScoresTheSame_OrIsRefused(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            AssertSame(trainer, input, input.Name, _ => { });
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_ScoresTheSame(TrainerCase trainer)
    {
        if (!HasForm(trainer))
        {
            Assert.Inconclusive("The trainer has no ONNX form.");
        }
        foreach (var (name, choose) in ChoiceTests.Choices(trainer, trainer.Input).Where(choice => !choice.Name.StartsWith("Training.", StringComparison.Ordinal)))
        {
            AssertSame(trainer, trainer.Input, name, choose);
        }
    }

    [TestMethod]
    public void Pipeline_WithItsLabels_IsOneFile()
    {
        var saved = SavedModel.Of(TrainerCases.Named("ParaRnn, multiclass"));
        var ml = saved.Context;
        using var run = new OnnxRun(ml, saved.Model, saved.Data, "Features");
        var labels = saved.Model.Transform(saved.Data).GetColumn<string>("PredictedLabel").ToArray();
        var rows = saved.Data.GetColumn<float[]>("Features").Select(row => run.Outputs<string, float>([row], "PredictedLabel").Single()).ToArray();
        CollectionAssert.AreEqual(labels, rows);
    }

    [TestMethod]
    [DataRow(MissingValues.ForwardFill)]
    [DataRow(MissingValues.Zero)]
    public void MissingValues_AreReadAsInTraining(MissingValues missing)
    {
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var ml = new MLContext(1);
        var rows = ToyInput.Equal.Rows(18, 1);
        foreach (var row in rows[..6])
        {
            (row.Features[0], row.Features[5], row.Features[^1]) = (float.NaN, float.NaN, float.NaN);
        }
        rows[1].Features.AsSpan().Fill(float.NaN);
        var data = ml.Data.Cache(trainer.Load(ml, rows, ToyInput.Equal));
        using var model = trainer.Fit(ml, data, (TrainerOptions options) => options.MissingValues = missing);
        AssertSame<float>(ml, trainer, model, data, $"{missing}");
    }

    [TestMethod]
    public void RowThatHasNoScore_HasNoLabel()
    {
        var trainer = TrainerCases.Named("ParaRnn, multiclass");
        var ml = new MLContext(1);
        var data = ml.Data.Cache(trainer.Load(ml, 18));
        using var model = trainer.Fit(ml, data);
        using var run = new OnnxRun(ml, model, data, "Features");
        float[] row = [1, 2, float.NaN, 4];
        Assert.IsTrue(run.Outputs<float, float>([row], "Score").All(float.IsNaN));
        Assert.AreEqual(0u, run.Outputs<uint, float>([row], "PredictedLabel").Single());
    }

    [TestMethod]
    public void TransformsThatKeepRows_AreRefused_AlsoUnderTheNameOfTheirInput()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        AssertRefused(ml, ml.Transforms.Sequences.Reshape("Vector", "Vector", 1).Fit(data), data, "'Vector'");
        AssertRefused(ml, ml.Transforms.Sequences.Standardize("Vector").Append(ml.Transforms.CopyColumns("Copy", "Vector")).Fit(data),
            data, "'Vector'");
    }

    [TestMethod]
    public void TransformsThatChangeRows_AreRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        AssertRefused(ml, ml.Transforms.Sequences.Window("Features", ["X", "Y"], 3).Fit(data), data, "'Features'");
        AssertRefused(ml, ml.Transforms.Sequences.Group("Features", "Id", "Time", "X", "Y").Fit(data), data, "'Features'");
    }

    [TestMethod]
    public void ThePartBeforeThePack_IsConverted()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(ml.Transforms.NormalizeMeanVariance("Vector").Fit(data), data, file);
        Assert.IsGreaterThan(0, file.Length);
    }

    private static bool HasForm(TrainerCase trainer) => trainer.Task is not ForecastToy
        && !trainer.Name.StartsWith("Lrcn", StringComparison.Ordinal) && !trainer.Name.StartsWith("NeuralTangentKernel", StringComparison.Ordinal);

    private static void AssertSame(TrainerCase trainer, ToyInput input, string name, Action<TrainerOptions> change)
    {
        var ml = new MLContext(1);
        // What reads the rows before is not part of the file.
        var data = ml.Data.Cache(trainer.Load(ml, 18, input: input));
        using var model = trainer.Fit(ml, data, change);
        if (!HasForm(trainer))
        {
            AssertRefused(ml, model, data, "'Score'");
            return;
        }
        if (input.IsTokens)
        {
            AssertSame<uint>(ml, trainer, model, data, name);
        }
        else
        {
            AssertSame<float>(ml, trainer, model, data, name);
        }
    }

    private static void AssertSame<TValue>(MLContext ml, TrainerCase trainer, ITransformer model, IDataView data, string name)
    {
        using var run = new OnnxRun(ml, model, data, "Features");
        var scored = model.Transform(data);
        var rows = data.GetColumn<TValue[]>("Features").ToArray();
        var wanted = trainer.Task.Scores(scored).Select(score => score[..Scores(run, [rows[0]]).Length]).ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            AssertNear(wanted[row], Scores(run, [rows[row]]), $"{name}, row {row}");
        }
        // Rows of one length may be scored together.
        var alike = Enumerable.Range(0, rows.Length).Where(row => rows[row].Length == rows[0].Length).ToArray();
        AssertNear([.. alike.SelectMany(row => wanted[row])], Scores(run, [.. alike.Select(row => rows[row])]), $"{name}, together");
        if (scored.Schema.GetColumnOrNull("PredictedLabel")?.Type is KeyDataViewType)
        {
            var labels = scored.GetColumn<uint>("PredictedLabel").ToArray();
            CollectionAssert.AreEqual(alike.Select(row => labels[row]).ToArray(), run.Outputs<uint, TValue>([.. alike.Select(row => rows[row])], "PredictedLabel"), name);
        }

        static float[] Scores(OnnxRun run, TValue[][] rows) => run.Outputs<float, TValue>(rows, "Score");
    }

    private static void AssertNear(float[] wanted, float[] got, string name)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], got[i], Tolerance * Math.Max(1, Math.Abs(wanted[i])), $"{name}: number {i}");
        }
    }

    private static void AssertRefused(MLContext ml, ITransformer model, IDataView data, string column)
    {
        using var file = new MemoryStream();
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.ConvertToOnnx(model, data, file));
        StringAssert.Contains(e.Message, "cannot be converted to ONNX");
        StringAssert.Contains(e.Message, column);
        Assert.AreEqual(0, file.Length, "A model was written.");
    }

    private static Row[] Rows() =>
        [.. Enumerable.Range(0, 12).Select(i => new Row { Id = $"{i / 6}", Time = i, X = i, Y = -i, Vector = [i, 2 * i] })];

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }
}
