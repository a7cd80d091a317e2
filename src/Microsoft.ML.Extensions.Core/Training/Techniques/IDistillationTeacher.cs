using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>What can teach its outputs (<see cref="DistillationOptions.Teacher"/>): a <see cref="NetworkTransformer"/>.</summary>
public interface IDistillationTeacher
{
    /// <summary>What tells it from other teachers.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal string Fingerprint();

    /// <summary>The network, for one run.</summary>
    /// <exception cref="InvalidOperationException">It is of another task, or cannot read the rows of this training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal TeacherNetwork Teach(GuideRequest request);
}

/// <summary>A teacher in use: a network in evaluation mode that nothing changes.</summary>
/// <param name="network">The network.</param>
/// <param name="head">Its task.</param>
/// <param name="device">Its device.</param>
/// <param name="owner">What to dispose when it is no longer used.</param>
internal sealed class TeacherNetwork(Network network, TaskHead head, Device device, IDisposable owner) : IDisposable
{
    /// <summary>Its task.</summary>
    public TaskHead Head => head;

    /// <summary>Its outputs <c>[B, K]</c>, without a gradient, on the batch's device.</summary>
    public Tensor Outputs(InputBatch batch)
    {
        using var _ = no_grad();
        return network.call(new InputBatch(batch.Values.to(device), batch.Lengths)).to(batch.Values.device);
    }

    public void Dispose() => owner.Dispose();
}
