using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What a real fit and its model show.</summary>
[TestClass]
public sealed class WatchingTests
{
    [TestMethod]
    public void Fit_HasAHistory_AndFilesDoNot()
    {
        var (ml, data, model, told) = Fitted("ParaRnn, multiclass");
        using var _ = model;
        CollectionAssert.AreEqual(told.Epochs.ToArray(), model.History.ToArray());
        Assert.HasCount(6, model.History);
        CollectionAssert.AreEquivalent(
            new[] { (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3) }, model.History.Select(epoch => (epoch.Network, epoch.NetworkEpoch)).ToArray());
        Assert.IsTrue(model.History.All(epoch => epoch is { ValidationLoss: > 0, ValidationAccuracy: >= 0 and <= 1 }));
        Assert.AreEqual(TimeSpan.Zero, model.History[^1].TimeLeft);
        Assert.IsEmpty(((NetworkTransformer)ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema))).History);
    }

    [TestMethod]
    public void ValidationAccuracy_IsThatOfEvaluate()
    {
        var trainer = TrainerCases.Named("ParaRnn, multiclass");
        var ml = new MLContext(1);
        var (train, validation) = (trainer.Load(ml, 60, 1), trainer.Load(ml, 40, 2));
        var options = (ParaRnnOptions)trainer.Tiny();
        (options.Base, options.Training.Epochs) = (SequenceBase.None, 1);
        using var model = trainer.Fit(ml, options, train, validation);
        // The only epoch is the best one, whose weights the model has.
        Assert.AreEqual(ml.MulticlassClassification.Evaluate(model.Transform(validation)).MicroAccuracy, model.History.Single().ValidationAccuracy!.Value, 1e-9);
    }

    [TestMethod]
    [DataRow("ParaRnn, multiclass", "ParaRnn", "Multiclass")]
    [DataRow("RandomConvolution, binary", "RandomConvolution", "Binary")]
    public void FitAndScores_AreMeasured(string name, string network, string task)
    {
        var mine = Guid.NewGuid().ToString();
        var sums = new Dictionary<string, double>();
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
        var activities = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.ML.Extensions" or nameof(WatchingTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Parent?.GetTagItem("test") as string == mine)
                {
                    activities.Add(activity.DisplayName);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var tests = new ActivitySource(nameof(WatchingTests));
        using (var own = tests.StartActivity("own"))
        {
            own!.SetTag("test", mine);
            var (_, data, model, _) = Fitted(name);
            using (model)
            {
                model.Transform(data).Preview(60);
            }
        }
        CollectionAssert.AreEqual(new[] { $"fit {network}", $"score {network}" }, activities);
        Assert.AreEqual(60, sums["microsoft.ml.extensions.score.rows"]);
        Assert.AreEqual(0, sums["microsoft.ml.extensions.fit.active"]);
        Assert.IsGreaterThan(0, sums["microsoft.ml.extensions.fit.duration"]);
        Assert.AreEqual(network == "ParaRnn", sums.ContainsKey("microsoft.ml.extensions.fit.epochs"));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // Other tests of this class wait, and those of other classes fit other networks, or the same beside it.
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all["ml.network"] is string own && own == network && (!all.TryGetValue("ml.task", out var of) || of is string text && text == task)
                && (Activity.Current is null || Belongs(Activity.Current)))
            {
                lock (sums)
                {
                    sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value;
                }
            }
        }

        bool Belongs(Activity? activity) => activity is not null && (activity.GetTagItem("test") as string == mine || Belongs(activity.Parent));
    }

    [TestMethod]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("Recurrent, regression")]
    [DataRow("DeepNetwork, multiclass")]
    [DataRow("RandomConvolution, binary")]
    public void ModelsOfThePack_AreExplained(string name)
    {
        var (ml, data, model, _) = Fitted(name);
        using var used = model;
        foreach (var method in Enum.GetValues<AttributionMethod>())
        {
            AttributionEstimator estimator;
            try
            {
                estimator = ml.Transforms.CalculateAttribution(model, new AttributionOptions { Method = method, Tolerance = 0.05 });
            }
            catch (NotSupportedException) when (method == AttributionMethod.IntegratedGradients && model.Model.Base is { Weight: > 0 })
            {
                continue;
            }
            if (method == AttributionMethod.IntegratedGradients && name.StartsWith("RandomConvolution", StringComparison.Ordinal))
            {
                Assert.Throws<InvalidDataException>(() => Attributions(estimator));
                continue;
            }
            Assert.IsTrue(Attributions(estimator).All(row => row.All(float.IsFinite) && row.Any(value => value != 0)));
        }

        float[][] Attributions(AttributionEstimator estimator) =>
            [.. estimator.Fit(data).Transform(ml.Data.TakeRows(data, 4)).GetColumn<float[]>("Attribution")];
    }

    private static (MLContext Ml, IDataView Data, NetworkTransformer Model, ProgressList Told) Fitted(string name)
    {
        var trainer = TrainerCases.Named(name);
        var (ml, told) = (new MLContext(1), new ProgressList());
        var data = trainer.Load(ml, 60);
        var options = trainer.Tiny((NetworkTrainerOptions network) =>
            (network.EnsembleSize, network.Training.ValidationFraction, network.Training.Progress) = (2, 0.2, told));
        return (ml, data, (NetworkTransformer)trainer.Create(ml, options).Fit(data), told);
    }
}
