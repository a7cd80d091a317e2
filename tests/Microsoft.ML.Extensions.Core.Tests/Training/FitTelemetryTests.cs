using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML.Extensions.Telemetry;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class FitTelemetryTests
{
    private const string Name = "Microsoft.ML.Extensions";

    [TestMethod]
    public void Fit_IsAnActivityWithItsEpochs()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (activities)
                {
                    activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        FitTelemetry.Measure("Toy1", "Regression", () =>
        {
            FitTelemetry.Epoch("Toy1", 8, 0.1, new(1, 2, 0.5, 0.6, 0.01, 80) { Network = 1, NetworkEpoch = 1, ValidationAccuracy = 0.75 });
            return 0;
        });
        Assert.ThrowsExactly<InvalidDataException>(() => FitTelemetry.Measure<int>("Toy2", "Regression", () => throw new InvalidDataException("bad row")));
        var (good, bad) = (activities.Single(one => one.DisplayName == "fit Toy1"), activities.Single(one => one.DisplayName == "fit Toy2"));
        Assert.AreEqual("Toy1", good.GetTagItem("ml.network"));
        Assert.AreEqual("Regression", good.GetTagItem("ml.task"));
        Assert.AreEqual(ActivityStatusCode.Unset, good.Status);
        var epoch = good.Events.Single();
        Assert.AreEqual("epoch", epoch.Name);
        CollectionAssert.AreEquivalent(
            new Dictionary<string, object?>
            {
                ["ml.fit.network"] = 1,
                ["ml.fit.epoch"] = 1,
                ["ml.fit.loss"] = 0.5,
                ["ml.fit.validation.loss"] = 0.6,
                ["ml.fit.validation.accuracy"] = 0.75,
            },
            epoch.Tags.ToArray());
        Assert.AreEqual(ActivityStatusCode.Error, bad.Status);
        Assert.AreEqual("bad row", bad.StatusDescription);
        Assert.AreEqual(typeof(InvalidDataException).FullName, bad.GetTagItem("error.type"));
    }

    [TestMethod]
    public void Fit_IsMeasured()
    {
        var measured = new List<(string Instrument, string? Unit, double Value, string? Error)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == Name)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        FitTelemetry.Measure("Toy3", "Regression", () =>
        {
            FitTelemetry.Epoch("Toy3", 8, 0.125, new(1, 2, 0.5, null, 0.01, 64));
            return 0;
        });
        Assert.ThrowsExactly<InvalidDataException>(() => FitTelemetry.Measure<int>("Toy3", "Regression", () => throw new InvalidDataException()));
        CollectionAssert.AreEqual(
            new[]
            {
                ("microsoft.ml.extensions.fit.active", "{fit}", (string?)null),
                ("microsoft.ml.extensions.fit.epochs", "{epoch}", null),
                ("microsoft.ml.extensions.fit.rows", "{row}", null),
                ("microsoft.ml.extensions.fit.epoch.duration", "s", null),
                ("microsoft.ml.extensions.fit.active", "{fit}", null),
                ("microsoft.ml.extensions.fit.duration", "s", null),
                ("microsoft.ml.extensions.fit.active", "{fit}", null),
                ("microsoft.ml.extensions.fit.active", "{fit}", null),
                ("microsoft.ml.extensions.fit.duration", "s", typeof(InvalidDataException).FullName),
            },
            measured.Select(one => (one.Instrument, one.Unit, one.Error)).ToArray());
        CollectionAssert.AreEqual(
            new[] { 1.0, 1, 8, 0.125, -1, 1, -1 }, measured.Where(one => one.Instrument != "microsoft.ml.extensions.fit.duration").Select(one => one.Value).ToArray());
        Assert.IsTrue(measured.All(one => one.Value < 60));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all["ml.network"] is "Toy3")
            {
                measured.Add((instrument.Name, instrument.Unit, value, (string?)all.GetValueOrDefault("error.type")));
            }
        }
    }

    [TestMethod]
    public void NobodyListens_NothingIsAllocated()
    {
        Func<int> fit = () => 1;
        FitTelemetry.Measure("Toy4", "Regression", fit);
        if (PackTelemetry.WatchesFits)
        {
            Assert.Inconclusive("Another test listens.");
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        FitTelemetry.Measure("Toy4", "Regression", fit);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
