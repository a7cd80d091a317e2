namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What ends the process for want of memory is called through the doors of <see cref="Torch.TorchMemory"/> alone.</summary>
[TestClass]
public sealed class MemoryDoorTests
{
    [TestMethod]
    public void OperationsThatDoNotThrowForWantOfMemory_AreCalledThroughTheirDoors()
    {
        var found = PackAssemblies.All.SelectMany(assembly => MemoryDoorReader.Calls(assembly.Location)).ToList();
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found.Prepend("Take the door of TorchMemory:")));
    }

    [TestMethod]
    public void Convolutions_AreThoseWithFiniteGradients()
    {
        var found = PackAssemblies.All.SelectMany(assembly => MemoryDoorReader.Convolved(assembly.Location)).ToList();
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found.Prepend("Take Convolutions:")));
        Action<TorchSharp.torch.Tensor> call = tensor => _ = TorchSharp.torch.nn.functional.conv1d(tensor, tensor);
        Assert.IsTrue(MemoryDoorReader.Convolved(typeof(MemoryDoorTests).Assembly.Location)
            .Any(line => line.Contains(call.Method.Name, StringComparison.Ordinal)), "a call is found");
    }

    [TestMethod]
    public void ACallOfEach_IsFound()
    {
        // Looked for, and never run: it would draw from the global generator.
        Action<TorchSharp.torch.Tensor> calls = tensor =>
        {
            _ = tensor.matmul(tensor).cummax(0);
            _ = TorchSharp.torch.matmul(tensor, tensor).cummin(0);
            _ = TorchSharp.torch.autograd.grad([tensor.sum()], [TorchSharp.torch.rand(2)]);
            _ = TorchSharp.torch.randperm(3);
        };
        var found = MemoryDoorReader.Calls(typeof(MemoryDoorTests).Assembly.Location)
            .Where(line => line.Contains(calls.Method.Name, StringComparison.Ordinal)).ToList();
        Assert.HasCount(7, found, string.Join(Environment.NewLine, found));
    }
}
