using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Core.Tests.Scoring;

[TestClass]
public sealed class MeteredScorerTests
{
    [TestMethod]
    public void Rows_AreCountedAndTimed_AndAFailureIsNamed()
    {
        var measured = new List<(string Instrument, string? Unit, double Value, object? Task, object? Error)>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == "Microsoft.ML.Extensions")
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.Start();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.ML.Extensions",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.DisplayName == "score Toy5")
                {
                    activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var inner = new Rows();
        float[] scores = [];
        using (var scorer = new MeteredScorer(inner, "Toy5", "Binary"))
        {
            scorer.Score(Store(3), ref scores);
            inner.Fails = true;
            Assert.ThrowsExactly<InvalidDataException>(() => scorer.Score(Store(2), ref scores));
        }
        Assert.HasCount(3, scores);
        Assert.IsTrue(inner.IsDisposed);
        CollectionAssert.AreEqual(
            new[]
            {
                ("microsoft.ml.extensions.score.rows", "{row}", (object?)"Binary", (object?)null),
                ("microsoft.ml.extensions.score.duration", "s", "Binary", null),
                ("microsoft.ml.extensions.score.duration", "s", "Binary", typeof(InvalidDataException).FullName),
            },
            measured.Select(one => (one.Instrument, one.Unit!, one.Task, one.Error)).ToArray());
        Assert.AreEqual(3, measured[0].Value);
        CollectionAssert.AreEqual(new object[] { 3, 2 }, activities.Select(activity => activity.GetTagItem("ml.score.rows")).ToArray());
        CollectionAssert.AreEqual(new[] { ActivityStatusCode.Unset, ActivityStatusCode.Error }, activities.Select(activity => activity.Status).ToArray());

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all["ml.network"] is "Toy5")
            {
                measured.Add((instrument.Name, instrument.Unit, value, all["ml.task"], all.GetValueOrDefault("error.type")));
            }
        }
    }

    private static RowStore Store(int rows)
    {
        var store = new RowStore();
        for (var row = 0; row < rows; row++)
        {
            store.Add([row], 1, label: [], weight: 1);
        }
        return store;
    }

    private sealed class Rows : IRowScorer
    {
        public bool Fails { get; set; }

        public bool IsDisposed { get; private set; }

        public float[]? Before => null;

        public InputRange? Range => null;

        public void Score(RowStore rows, ref float[] scores) => scores = Fails ? throw new InvalidDataException() : new float[rows.Count];

        public void Dispose() => IsDisposed = true;
    }
}
