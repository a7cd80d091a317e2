using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class ModelConsumerTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consumer").FullName;
    private readonly MLContext _ml = new(seed: 1);

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void ProgramThatDoesNotKnowThePack_GetsTheSameBits()
    {
        var rows = CylinderBellFunnel.Load(_ml, rows: 6, seed: 3);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.MulticlassClassification.Trainers.ParaRnn(hiddenSize: 8, layers: 1, epochs: 1))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(rows);
        var (modelFile, rowsFile) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "rows.idv"));
        _ml.Model.Save(model, rows.Schema, modelFile);
        using (var stream = File.Create(rowsFile))
        {
            _ml.Data.SaveAsBinary(rows, stream);
        }

        var run = ChildProcess.Run("ModelConsumer", modelFile, rowsFile);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        CollectionAssert.AreEqual(Lines(model.Transform(rows)), run.OutputLines);
    }

    [TestMethod]
    [DataRow("lexical")]
    [DataRow("embedding")]
    [DataRow("ranker")]
    public void ProgramThatDoesNotKnowThePack_RanksTextsAlike(string kind)
    {
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(row => new PairRow
        {
            Query = $"big{row / 4}",
            Document = $"large{row % 3} big{row % 5} thing",
            Label = row % 4 == 0 ? 1 : 0,
        }));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("GroupId", "Query").Fit(rows).Transform(rows);
        var encoderFolder = Path.Combine(_folder, "encoder");
        SynonymEncoder.Write(encoderFolder, pairs: 8);
        using var encoder = TextEncoder.Load(encoderFolder);
        ITransformer model = kind switch
        {
            "lexical" => _ml.Transforms.LexicalScore("Score").Fit(keyed),
            "embedding" => _ml.Transforms.Text.EmbedText("Score", encoder, "Document").Fit(keyed),
            _ => _ml.Ranking.Trainers.NeuralRanking(epochs: 1).Fit(keyed),
        };
        var (modelFile, rowsFile) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "rows.idv"));
        _ml.Model.Save(model, keyed.Schema, modelFile);
        using (var stream = File.Create(rowsFile))
        {
            _ml.Data.SaveAsBinary(keyed, stream);
        }

        var run = ChildProcess.Run("ModelConsumer", modelFile, rowsFile);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var scored = model.Transform(keyed);
        string[] expected = kind == "embedding" ? [.. scored.GetColumn<float[]>("Score").Select(scores => string.Join(' ', scores.Select(Bits)))]
            : [.. scored.GetColumn<float>("Score").Select(Bits)];
        CollectionAssert.AreEqual(expected, run.OutputLines);
    }

    [TestMethod]
    public void MissingModel_IsOneLineAndExitCodeOne()
    {
        var run = ChildProcess.Run("ModelConsumer", Path.Combine(_folder, "model.zip"), "rows.idv");

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines);
    }

    [TestMethod]
    public void NoArguments_SaysHowToUseIt()
    {
        var run = ChildProcess.Run("ModelConsumer");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.StartsWith(run.Errors, "usage: ");
    }

    private static string[] Lines(IDataView scored) =>
    [
        .. scored.GetColumn<float[]>("Score").Zip(
            scored.GetColumn<string>("PredictedLabel"), (scores, label) => string.Join(' ', scores.Select(Bits).Append(label))),
    ];

    private sealed class PairRow
    {
        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }
    }

    private static string Bits(float score) => BitConverter.SingleToUInt32Bits(score).ToString("X8", CultureInfo.InvariantCulture);
}
