
namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Training;

[TestClass]
public sealed class LanguageModelTests
{
    private static readonly string[] Pangrams = ["the quick brown fox jumps over the lazy dog", "pack my box with five dozen liquor jugs"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(LanguageModelTokens.Characters)]
    [DataRow(LanguageModelTokens.Words)]
    public void TinyCorpus_IsLearnedByHeartAndContinued(LanguageModelTokens tokens)
    {
        using var trained = Train(Pangrams, new LanguageModelOptions { Tokens = tokens, FirstSymbol = "<s>", Training = { Epochs = 150, Seed = 1 } });
        Assert.HasCount(150, trained.Passes);
        foreach (var text in Pangrams)
        {
            var row = trained.Tokenizer.Encode(text);
            CollectionAssert.AreEqual(row, trained.Model.Continue(row[..(tokens == LanguageModelTokens.Words ? 2 : 3)], row.Length).Take(row.Length).ToArray());
        }
    }

    [TestMethod]
    public void TwoLayersOfAttention_LearnToRepeatWhatARepeatTells()
    {
        var random = new Random(1);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var options = new LanguageModelOptions
        {
            Transformer = new() { Layers = 2, Heads = 4, ModelWidth = 64, HeadWidth = 16, Context = 32 },
            Training = { Epochs = int.Parse(Environment.GetEnvironmentVariable("EP") ?? "20"), BatchSize = int.Parse(Environment.GetEnvironmentVariable("BS") ?? "32"), LearningRate = double.Parse(Environment.GetEnvironmentVariable("LR") ?? "0.005"), Seed = 1 },
        };
        using var trained = Train(Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("N") ?? "2000")).Select(_ => Repeated(random)), options);
        foreach (var p in trained.Passes)
        {
            Console.WriteLine($"{p.Epoch} {p.TrainLoss} {p.ValidationLoss}");
        }
        Console.WriteLine(watch.Elapsed);
        Assert.Fail();
    }

    private static string Repeated(Random random)
    {
        var length = random.Next(6, 14);
        var row = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(20))));
        return row + row;
    }

    private static LanguageModel Train(IEnumerable<string> texts, LanguageModelOptions? options = null)
    {
        var ml = new MLContext(1);
        return ml.Model.TrainLanguageModel(ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text })), options: options);
    }

    private sealed class Row
    {
        public string? Text { get; set; }
    }
}
