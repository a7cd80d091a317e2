using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests.DeepNetworks;

/// <summary>Deep networks without some of their neurons: smaller, and exactly the network in which these count for nothing.</summary>
[TestClass]
public sealed class FewerNeuronsTests
{
    private static readonly MLContext s_ml = new(1);

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 6).Select(t => MathF.Sin((i * t) + t) + (i % 2))],
        Label = i % 3,
    }).ToArray());

    [TestMethod]
    [DataRow("fc 20, fc 12 x 2, tanh", 1)]
    [DataRow("fc 16 x 3, relu, batchnorm", 1)]
    [DataRow(null, 2)]
    public void Scores_AreThoseOfTheNetworkWithoutTheNeuronsWeights(string? architecture, int ensemble)
    {
        using var model = Fit(architecture, ensemble);
        using var small = (NetworkTransformer)s_ml.Model.Prune(model, Neurons(0.5));
        var (before, after) = (Shapes(model), Shapes(small));
        foreach (var (name, shape) in before.Where(pair => pair.Key.Contains("layers.", StringComparison.Ordinal) && pair.Key.EndsWith(".bias", StringComparison.Ordinal)))
        {
            Assert.AreEqual(shape[0] / 2, after[name][0], name);
        }
        Silence(model, small);
        var (wanted, got) = (Scores(model), Scores(small));
        Assert.IsTrue(wanted.Zip(got).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
        Assert.IsTrue(small.Model.ParameterCount < 0.6 * model.Model.ParameterCount);
        var file = ModelFile.Save(s_ml, small, s_data.Schema);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, file);
        CollectionAssert.AreEqual(got, Scores(loaded));
        Assert.IsTrue(file.Length < ModelFile.Save(s_ml, model, s_data.Schema).Length);
    }

    [TestMethod]
    public void NeuronsOfTheLargestProductOfNorms_AreKept()
    {
        using var model = Fit("fc 4, tanh", 1);
        var named = model.Model.Network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using (no_grad())
        {
            named["layers.0.weight"].copy_(tensor(new[] { 1f, 3, 2, 1 }).unsqueeze(1) * ones(4, 6));
            named["layers.0.bias"].zero_();
            named["output.weight"].copy_(tensor(new[] { 5f, 0, 1, 1 }).unsqueeze(0));
        }
        using var small = (NetworkTransformer)s_ml.Model.Prune(model, Neurons(0.5));
        var kept = small.Model.Network.named_parameters().Single(pair => pair.name == "output.weight").parameter.data<float>().ToArray();
        CollectionAssert.AreEqual(new[] { 5f, 1 }, kept);
    }

    [TestMethod]
    public void NetworksThatMixNeurons_AreRefusedByName()
    {
        Refused("fc 8 x 2, layernorm", "layer norms");
        Refused("fc 8 x 2, residual 0.5", "ResidualWeight");
        Assert.ThrowsExactly<ArgumentException>(() => s_ml.Model.Prune(Fit(null, 1), new PruningOptions
        {
            Structure = SparsityStructure.Neurons,
            ParameterNames = ["layers.0"],
        }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(null, 1, options =>
            options.Training.Sparsity = new SparsityOptions { Structure = SparsityStructure.Neurons })).Message, "for trained models");

        static void Refused(string architecture, string message)
        {
            using var model = Fit(architecture, 1);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => s_ml.Model.Prune(model, Neurons(0.5))).Message, message);
        }
    }

    // Sets the weights out of the neurons that the small model lacks to 0.
    private static void Silence(NetworkTransformer model, NetworkTransformer small)
    {
        using var _ = no_grad();
        var named = model.Model.Network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var less = small.Model.Network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (var (name, bias) in named.Where(pair => pair.Key.Contains("layers.", StringComparison.Ordinal) && pair.Key.EndsWith(".bias", StringComparison.Ordinal)))
        {
            var kept = less[name].data<float>().ToHashSet();
            var layer = int.Parse(name.Split("layers.")[1].Split('.')[0], CultureInfo.InvariantCulture);
            var prefix = name.Split("layers.")[0];
            var reader = named.GetValueOrDefault($"{prefix}layers.{layer + 1}.weight") ?? named[$"{prefix}output.weight"];
            var biases = bias.data<float>().ToArray();
            for (var neuron = 0; neuron < biases.Length; neuron++)
            {
                if (!kept.Contains(biases[neuron]))
                {
                    reader.narrow(1, neuron, 1).zero_();
                }
            }
        }
    }

    private static PruningOptions Neurons(double density) => new() { Structure = SparsityStructure.Neurons, Density = density };

    private static IReadOnlyDictionary<string, long[]> Shapes(NetworkTransformer model) => model.Model.ParameterShapes;

    private static NetworkTransformer Fit(string? architecture, int ensemble, Action<DeepNetworkOptions>? change = null)
    {
        var options = new DeepNetworkOptions { Architecture = architecture, Depth = 2, Width = 16, EnsembleSize = ensemble };
        (options.Training.Epochs, options.Training.Seed) = (3, 1);
        change?.Invoke(options);
        return s_ml.Regression.Trainers.DeepNetwork(options).Fit(s_data);
    }

    private static float[] Scores(NetworkTransformer model) => [.. model.Transform(s_data).GetColumn<float>("Score")];

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
