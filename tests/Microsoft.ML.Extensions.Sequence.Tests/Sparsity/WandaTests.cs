using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Pruning by weights and the norms of what they read.</summary>
[TestClass]
public sealed class WandaTests
{
    private const int Width = 16;

    private static readonly MLContext s_ml = new(1);

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 10 + (i % 3)).SelectMany(t => new[] { MathF.Sin((i * t) + t) + (i % 2), t == 3 ? i : 0 })],
        Label = i % 2,
    }).ToArray(), Schema());

    [TestMethod]
    public void EveryOutput_KeepsTheLargestProductsOfWeightAndNormOfInput()
    {
        using var model = Fit();
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, s_data, new WandaOptions { Density = 0.25 });
        var (before, after) = (Named(model), Named(pruned));
        // What the first recurrent layer reads: the embedding of the standardised numbers, all steps of all rows.
        var (state, rows) = (model.Model.Network.state_dict(), s_data.GetColumn<float[]>("Features"));
        using var scope = NewDisposeScope();
        var read = cat([.. rows.Select(row => tensor(row, row.Length / 2, 2))]).Minus(state["embedding.mean"]) / state["embedding.scale"];
        var steps = nn.functional.linear(read, before["embedding.weight"], before["embedding.bias"]);
        Check(before["blocks.0.forwards.inputWeight"], after["blocks.0.forwards.inputWeight"], steps);
        Check(before["embedding.weight"], after["embedding.weight"], read);
        var states = model.Model.Network.modules().OfType<RecurrentLayer>().Single();
        var read2 = rows.Select(row =>
        {
            var own = nn.functional.linear(
                tensor(row, 1, row.Length / 2, 2).Minus(state["embedding.mean"]) / state["embedding.scale"], before["embedding.weight"], before["embedding.bias"]);
            return states.call(own, null).narrow(1, 0, own.shape[1] - 1).squeeze(0);
        }).ToArray();
        Check(before["blocks.0.forwards.recurrentWeight"], after["blocks.0.forwards.recurrentWeight"], cat(read2));
    }

    [TestMethod]
    public void Groups_AndAChain_AreServed_AndTheOldModelStays()
    {
        using var model = Fit();
        var before = Persistence.Safetensors.Save(model.Model.Network);
        var chain = new TransformerChain<ITransformer>(
            s_ml.Transforms.CopyColumns("Other", "Label").Fit(s_data), model);
        using var pruned = (TransformerChain<ITransformer>)s_ml.Model.Prune(
            chain, s_data, new WandaOptions { Structure = SparsityStructure.Groups, Density = 0.5, Targets = SparsityTargets.Recurrent });
        var weights = Named((NetworkTransformer)pruned.LastTransformer)["blocks.0.forwards.recurrentWeight"].data<float>().ToArray();
        Assert.IsTrue(weights.Chunk(4).All(group => group.Count(weight => weight != 0) == 2));
        CollectionAssert.AreEqual(before, Persistence.Safetensors.Save(model.Model.Network));
    }

    [TestMethod]
    public void WhatCannotBeMeasured_IsRefused()
    {
        using var model = s_ml.Regression.Trainers.ParaRnn(new ParaRnnOptions { HiddenSize = 4, Layers = 1, Training = { Epochs = 1 }, Base = SequenceBase.None }).Fit(s_data);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => s_ml.Model.Prune(model, s_data, new WandaOptions())).Message, "forwards.input' is in a layer that does not report");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => s_ml.Model.Prune(model, s_ml.Data.LoadFromEnumerable(Array.Empty<Row>(), Schema()), new WandaOptions())).Message, "no rows");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => s_ml.Model.Prune(model, s_data, new WandaOptions { Gates = SparsityGates.Redistributed })).Message, "every output keeps the same part");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => s_ml.Model.Prune(model, new WandaOptions())).Message, "need data");
    }

    private static void Check(Tensor before, Tensor after, Tensor read)
    {
        var norms = read.Squared().sum(dim: 0).sqrt().data<float>().ToArray();
        var (old, now) = (before.data<float>().ToArray().Chunk(norms.Length).ToArray(), after.data<float>().ToArray().Chunk(norms.Length).ToArray());
        var each = Math.Max(1, norms.Length / 4);
        if (norms.Length < 4)
        {
            // Fewer than one of four: only the number of all is fixed.
            Assert.AreEqual(before.numel() / 4, now.Sum(row => row.Count(weight => weight != 0)));
            return;
        }
        foreach (var (was, kept) in old.Zip(now))
        {
            var scores = was.Zip(norms, (weight, norm) => Math.Abs(weight) * norm).ToArray();
            var least = scores.OrderDescending().ElementAt(each - 1);
            Assert.AreEqual(each, kept.Count(weight => weight != 0));
            Assert.IsTrue(kept.Zip(scores).All(pair => pair.First != 0 == pair.Second >= least * 0.9999));
        }
    }

    private static Dictionary<string, TorchSharp.Modules.Parameter> Named(NetworkTransformer model) =>
        model.Model.Network.named_parameters().ToDictionary(named => named.name, named => named.parameter);

    private static NetworkTransformer Fit()
    {
        var options = new RecurrentOptions
        {
            HiddenSize = Width,
            Layers = 1,
            EnsembleSize = 1,
            Base = SequenceBase.None,
            Bidirectional = false,
            ConvolutionWidth = 0,
        };
        (options.Training.Epochs, options.Training.Seed) = (3, 1);
        return s_ml.Regression.Trainers.Recurrent(options).Fit(s_data);
    }

    private static SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 2);
        return schema;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
