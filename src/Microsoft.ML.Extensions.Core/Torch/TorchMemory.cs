using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Too little memory is an <see cref="OutOfMemoryException"/> that says what was wanted, and never the end of the process.</summary>
/// <remarks>
/// Almost every operation of TorchSharp 0.107 throws where libtorch cannot allocate. Some do not: <c>rand</c> and <c>randperm</c> return a handle that was
/// never set, and <c>matmul</c>, <c>cummax</c>, <c>cummin</c> and <c>autograd.grad</c> let the C++ exception out, which ends the process. Those that are used
/// have doors here, and a test reads all code for others. An exception that leaves the backward pass of a custom function ends the process as well, so
/// it is kept until the pass has returned.
/// </remarks>
internal static partial class TorchMemory
{
    [ThreadStatic]
    private static Exception? failure;

    /// <summary>Numbers from 0 to 1: what <c>rand</c> gives.</summary>
    public static Tensor Uniform(ReadOnlySpan<long> shape, Generator generator, ScalarType type = ScalarType.Float32, Device? device = null) =>
        empty(shape, dtype: type, device: device).uniform_(0, 1, generator);

    /// <summary>What <c>matmul</c> gives.</summary>
    public static Tensor Times(this Tensor left, Tensor right)
    {
        var columns = right.dim() > 1 ? right.shape[^1] : 1;
        var rows = left.dim() > 1 ? left.shape[^2] : 1;
        var batches = Math.Max(Batches(left), Batches(right));
        // The product, and the copies that it makes of operands that are not contiguous or are spread over the batches.
        Ask(left.dtype, left.device, checked(batches * ((rows * columns) + ((rows + columns) * left.shape[^1]))));
        return left.matmul(right);
    }

    /// <summary>The largest so far along the first dimension: the values of <c>cummax</c>.</summary>
    public static Tensor RunningMaximum(this Tensor tensor)
    {
        // Values and, in Int64, places.
        Ask(ScalarType.Int64, tensor.device, 2 * tensor.numel());
        return tensor.cummax(0).values;
    }

    /// <summary>The gradients of a number with respect to activations or parameters: what <c>autograd.grad</c> gives.</summary>
    /// <param name="value">The number.</param>
    /// <param name="inputs">What it was made of; each keeps its gradient until it is disposed.</param>
    /// <returns>One for each input; null where the number does not depend on it.</returns>
    public static Tensor?[] Gradients(this Tensor value, IReadOnlyList<Tensor> inputs)
    {
        foreach (var input in inputs)
        {
            input.retain_grad();
        }
        value.backward();
        ThrowFailure();
        return [.. inputs.Select(input => input.grad)];
    }

    /// <summary>Runs something in which libtorch allocates.</summary>
    /// <param name="what">What is done, for the message.</param>
    /// <param name="action">Does it.</param>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message says for what.</exception>
    public static T Guard<T>(Func<string> what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            var wanted = Wanted().Match(e.Message) is { Success: true } match ? match.Groups[1].Value + " bytes more" : "memory";
            throw new OutOfMemoryException($"{what()} wants {wanted} than there is on this machine or allowed to this process.", e);
        }
    }

    /// <summary>The gradients that a custom function's backward pass computes; none where that fails, until <see cref="ThrowFailure"/>.</summary>
    /// <param name="count">The function's arguments.</param>
    /// <param name="gradients">Computes a gradient for each of them, on the thread that called backward.</param>
    public static List<Tensor> Backward(int count, Func<List<Tensor>> gradients)
    {
        try
        {
            return gradients();
        }
        catch (Exception e)
        {
            failure = e;
            return [.. Enumerable.Repeat<Tensor>(null!, count)];
        }
    }

    /// <summary>Throws what <see cref="Backward"/> caught on this thread; called when a backward pass has returned.</summary>
    public static void ThrowFailure()
    {
        if (failure is { } caught)
        {
            failure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(caught);
        }
    }

    private static long Batches(Tensor tensor) => tensor.dim() > 2 ? tensor.shape[..^2].Aggregate((one, other) => one * other) : 1;

    private static void Ask(ScalarType type, Device device, long elements) => empty([elements], dtype: type, device: device).Dispose();

    private static bool IsOutOfMemory(ExternalException e) =>
        e.Message.Contains("can't allocate memory", StringComparison.Ordinal) || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"tried to allocate (\d+) bytes")]
    private static partial Regex Wanted();
}
