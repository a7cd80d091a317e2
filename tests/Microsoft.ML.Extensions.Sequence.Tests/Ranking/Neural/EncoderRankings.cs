using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Queries and documents of the words of <see cref="BertFolder"/>, of which half have the query's words.</summary>
internal static class EncoderRankings
{
    private static readonly string[] s_words = ["wing", "flow", "heat", "wings", "a", "b", "c", "flowing"];

    public static Row[] Rows(int queries)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, queries).SelectMany(query =>
        {
            var asked = random.GetItems(s_words, 2);
            return Enumerable.Range(0, 4).Select(document => new Row(
                string.Join(' ', asked), string.Join(' ', random.GetItems(s_words, 5).Concat(document % 2 == 0 ? asked : [])),
                document % 2 == 0 ? 1 : 0, $"q{query}"));
        })];
    }

    public static IDataView Data(MLContext ml, int queries)
    {
        var view = ml.Data.LoadFromEnumerable(Rows(queries));
        return ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
    }

    public static float[] Scores(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<Scored>(model.Transform(data), reuseRowObject: false).Select(row => row.Score)];

    /// <summary>Fits, and fits again from the checkpoint after the first epoch; both models score the same.</summary>
    public static void AssertGoesOn(Func<NeuralRankingOptions> create)
    {
        var ml = new MLContext(1);
        var data = Data(ml, 8);
        var checkpoints = Directory.CreateTempSubdirectory("encoder-").FullName;
        try
        {
            using var whole = ml.Ranking.Trainers.NeuralRanking(create()).Fit(data);
            using var source = new CancellationTokenSource();
            var options = create();
            (options.Training.CheckpointDirectory, options.Training.CancellationToken) = (checkpoints, source.Token);
            options.Training.Progress = new Cancelling(source);
            Assert.ThrowsExactly<OperationCanceledException>(() => ml.Ranking.Trainers.NeuralRanking(options).Fit(data));
            Assert.HasCount(1, Directory.GetFiles(checkpoints));
            (options.Training.Progress, options.Training.CancellationToken) = (null, default);
            using var resumed = ml.Ranking.Trainers.NeuralRanking(options).Fit(data);
            CollectionAssert.AreEqual(Scores(ml, whole, data), Scores(ml, resumed, data));
        }
        finally
        {
            Directory.Delete(checkpoints, recursive: true);
        }
    }

    public sealed record Row(string Query, string Document, float Label, string Group);

    private sealed class Scored
    {
        public float Score { get; set; }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
