using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Recurrent networks without some of their channels: smaller, and exactly the network in which these count for nothing.</summary>
[TestClass]
public sealed class FewerChannelsTests
{
    private const int Width = 12;

    private static readonly MLContext s_ml = new(1);

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 20).Select(t => MathF.Sin((i * t) + t) + (i % 2))],
        Label = i % 2,
    }).ToArray());

    [TestMethod]
    [DataRow(RecurrentCell.Gru, false, SequencePooling.Last)]
    [DataRow(RecurrentCell.Lstm, false, SequencePooling.MeanMax)]
    [DataRow(RecurrentCell.Lstm, true, SequencePooling.Segments)]
    [DataRow(RecurrentCell.Elman, false, SequencePooling.Mean)]
    public void Scores_AreThoseOfTheNetworkWithoutTheChannelsWeights(RecurrentCell cell, bool peepholes, SequencePooling pooling)
    {
        using var model = Fit(options => (options.Cell, options.Peepholes, options.Pooling) = (cell, peepholes, pooling));
        using var small = (NetworkTransformer)s_ml.Model.Prune(model, Channels(0.5));
        Silence(model, small);
        var (wanted, got) = (Scores(model), Scores(small));
        Assert.IsTrue(wanted.Zip(got).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5), string.Join(' ', wanted.Zip(got).Take(4)));
        Assert.AreEqual(Width / 2, small.Model.ParameterShapes["blocks.1.forwards.recurrentWeight"][1]);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, ModelFile.Save(s_ml, small, s_data.Schema));
        CollectionAssert.AreEqual(got, Scores(loaded));
    }

    [TestMethod]
    public void NetworksThatMixChannels_AreRefusedByName()
    {
        Refused(options => options.ConvolutionWidth = 4, "ConvolutionWidth is 4");
        Refused(options => options.Bidirectional = true, "Bidirectional is true");
        Refused(options => options.Cell = RecurrentCell.Jordan, "Cell is Jordan");
        Refused(options => options.Pooling = SequencePooling.Attention, "Pooling is Attention");
        Refused(options => options.Structure = RecurrentStructure.RandomGraph, "Structure is RandomGraph");
        using var other = s_ml.Regression.Trainers.ParaRnn(new ParaRnnOptions { HiddenSize = 4, Layers = 1, Training = { Epochs = 1 }, Base = SequenceBase.None }).Fit(s_data);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => s_ml.Model.Prune(other, Channels(0.5))).Message, "This model is of ParaRnn");

        static void Refused(Action<RecurrentOptions> change, string message)
        {
            using var model = Fit(change);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => s_ml.Model.Prune(model, Channels(0.5))).Message, message);
        }
    }

    [TestMethod]
    public void Prune_LeavesNoTensorOnceDisposed() => LiveTensors.AssertNoneLeft(() =>
    {
        using var model = Fit(_ => { });
        ((NetworkTransformer)s_ml.Model.Prune(model, Channels(0.25))).Dispose();
        ((NetworkTransformer)s_ml.Model.Prune(model, s_data, new WandaOptions { Density = 0.5 })).Dispose();
    });

    // Sets the weights out of the channels that the small model lacks to 0; channels are known by numbers that the small model has, too.
    private static void Silence(NetworkTransformer model, NetworkTransformer small)
    {
        using var _ = no_grad();
        var named = model.Model.Network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var less = small.Model.Network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Close("embedding.bias", ["blocks.0.forwards.inputWeight"]);
        Close("blocks.0.forwards.bias", ["blocks.0.forwards.recurrentWeight", "blocks.1.forwards.inputWeight"]);
        Close("blocks.1.forwards.bias", ["blocks.1.forwards.recurrentWeight", "head.weight"]);

        void Close(string mark, string[] readers)
        {
            var kept = less[mark].data<float>().ToArray();
            var all = named[mark].data<float>().ToArray();
            for (var channel = 0; channel < Width; channel++)
            {
                if (!kept.Contains(all[channel]))
                {
                    foreach (var reader in readers.Select(name => named[name]))
                    {
                        reader.view(reader.shape[0], -1, Width).narrow(2, channel, 1).zero_();
                    }
                }
            }
        }
    }

    private static PruningOptions Channels(double density) => new() { Structure = SparsityStructure.Neurons, Density = density };

    private static NetworkTransformer Fit(Action<RecurrentOptions> change)
    {
        var options = new RecurrentOptions
        {
            HiddenSize = Width,
            Layers = 2,
            EnsembleSize = 1,
            Base = SequenceBase.None,
            Bidirectional = false,
            ConvolutionWidth = 0,
        };
        (options.Training.Epochs, options.Training.Seed) = (3, 1);
        change(options);
        return s_ml.Regression.Trainers.Recurrent(options).Fit(s_data);
    }

    private static float[] Scores(NetworkTransformer model) => [.. model.Transform(s_data).GetColumn<float>("Score")];

    private sealed class Row
    {
        [VectorType(10, 2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
