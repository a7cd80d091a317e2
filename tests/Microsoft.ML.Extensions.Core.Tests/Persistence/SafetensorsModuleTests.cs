using Microsoft.ML.Extensions.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class SafetensorsModuleTests
{
    [TestMethod]
    public void Load_OfSaved_GivesTheSameParametersAndBuffers()
    {
        using var trained = Network(3);
        using var fresh = Network(3);
        using var input = ones(4, 3);
        using (trained.call(input))
        {
            Safetensors.Load(fresh, Safetensors.Save(trained));
        }
        foreach (var (name, value) in trained.state_dict())
        {
            CollectionAssert.AreEqual(value.bytes.ToArray(), fresh.state_dict()[name].bytes.ToArray(), name);
        }
    }

    [TestMethod]
    public void SaveAndLoad_LeaveNoTensorBehindAndTheModuleUsable()
    {
        using var network = Network(3);
        using var input = ones(4, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Safetensors.Load(network, Safetensors.Save(network));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var output = network.call(input);
        Assert.IsTrue(output.requires_grad);
    }

    [TestMethod]
    public void Load_IgnoresWhatIsNotNeeded()
    {
        using var module = nn.Linear(2, 2);
        using var file = nn.Sequential(("trunk", nn.Linear(2, 2)), ("head", nn.Linear(2, 1)));
        var trunk = nn.Sequential(("trunk", module));
        Safetensors.Load(trunk, Safetensors.Save(file), name => name.StartsWith("head.", StringComparison.Ordinal));
        CollectionAssert.AreEqual(file.state_dict()["trunk.weight"].bytes.ToArray(), module.weight.bytes.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Safetensors.Load(trunk, Safetensors.Save(file))).Message,
            "'head.weight' is unknown");
    }

    [TestMethod]
    public void Load_OfWeightsThatDoNotFit_NamesEveryFaultAndChangesNothing()
    {
        using var network = Network(3);
        var before = network.state_dict()["0.bias"].bytes.ToArray();
        using var bias = zeros(2);
        using var weight = zeros(2, 4);
        using var extra = zeros(1);
        using var mean = zeros(2, dtype: float64);
        var file = Safetensors.Write([("0.bias", bias), ("0.weight", weight), ("1.running_mean", mean), ("extra", extra)]);
        var e = Assert.ThrowsExactly<FormatException>(() => Safetensors.Load(network, file));
        StringAssert.Contains(e.Message, "'1.running_var' is missing");
        StringAssert.Contains(e.Message, "'extra' is unknown to the network");
        StringAssert.Contains(e.Message, "'0.weight' is Float32[2, 4] and should be Float32[2, 3]");
        StringAssert.Contains(e.Message, "'1.running_mean' is Float64[2] and should be Float32[2]");
        CollectionAssert.AreEqual(before, network.state_dict()["0.bias"].bytes.ToArray());
    }

    private static nn.Module<Tensor, Tensor> Network(long inputs) => nn.Sequential(nn.Linear(inputs, 2), nn.BatchNorm1d(2));
}
