using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>
/// Turns failed native allocations into an <see cref="OutOfMemoryException"/> that states the size, instead of the end of the process.
/// </summary>
/// <remarks>
/// Almost every operation of TorchSharp 0.107 throws where libtorch cannot allocate. The exceptions are: <c>rand</c> and <c>randperm</c>
/// return a handle that was never set, and <c>matmul</c>, <c>cummax</c>, <c>cummin</c> and <c>autograd.grad</c> do not catch the C++
/// exception, which ends the process. Those in use have a replacement here, and a test searches all code for others. An exception in the
/// backward pass of a custom function also ends the process, so it is kept until the backward pass has returned.
/// </remarks>
internal static partial class TorchMemory
{
    [ThreadStatic]
    private static Exception? failure;

    /// <summary>Uniform numbers from 0 to 1, as <c>rand</c>.</summary>
    public static Tensor Uniform(
        ReadOnlySpan<long> shape, Generator generator, ScalarType type = ScalarType.Float32, Device? device = null) =>
        empty(shape, dtype: type, device: device).uniform_(0, 1, generator);

    /// <summary>The matrix product, as <c>matmul</c>.</summary>
    public static Tensor Times(this Tensor left, Tensor right)
    {
        var columns = right.dim() > 1 ? right.shape[^1] : 1;
        var rows = left.dim() > 1 ? left.shape[^2] : 1;
        var batches = Math.Max(Batches(left), Batches(right));
        // The product, and copies of operands that are not contiguous or are broadcast over the batch.
        Ask(left.dtype, left.device, checked(batches * ((rows * columns) + ((rows + columns) * left.shape[^1]))));
        return left.matmul(right);
    }

    /// <summary>The cumulative maximum along the first dimension, as the values of <c>cummax</c>.</summary>
    public static Tensor RunningMaximum(this Tensor tensor)
    {
        // Values, and indices in Int64.
        Ask(ScalarType.Int64, tensor.device, 2 * tensor.numel());
        return tensor.cummax(0).values;
    }

    /// <summary>The gradients of a number with respect to activations or parameters, as <c>autograd.grad</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="inputs">The tensors it was computed from; each keeps its gradient until it is disposed.</param>
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

    /// <summary>Runs an action in which libtorch allocates.</summary>
    /// <param name="what">Names the action, for the message.</param>
    /// <param name="action">The action.</param>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message names the action.</exception>
    public static T Guard<T>(Func<string> what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            throw Error(Wanted().Match(e.Message) is { Success: true } match ? match.Groups[1].Value + " bytes more" : "more memory", e);
        }
        catch (KernelMemoryException e)
        {
            throw Error(string.Create(CultureInfo.InvariantCulture, $"{e.Bytes} bytes more"), e);
        }

        OutOfMemoryException Error(string wanted, Exception inner) =>
            new($"{what()} needs {wanted} than this machine has or this process is allowed.", inner);
    }

    /// <summary>
    /// The gradients of a custom function's backward pass. Where it fails there are none, and <see cref="ThrowFailure"/> throws the
    /// exception.
    /// </summary>
    /// <param name="count">The number of the function's arguments.</param>
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

    /// <summary>Throws the exception that <see cref="Backward"/> caught on this thread; called after a backward pass.</summary>
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
        e.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"tried to allocate (\d+) bytes")]
    private static partial Regex Wanted();
}
