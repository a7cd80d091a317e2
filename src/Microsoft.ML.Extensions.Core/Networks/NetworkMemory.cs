using System.Globalization;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A limit on the memory of a network, including what training keeps for each weight. It is checked before a weight is allocated, and so is
/// whether the fit was cancelled.
/// </summary>
/// <remarks>The limit holds for the current thread, since one thread creates a network. Without a limit everything is allowed.</remarks>
internal sealed class NetworkMemory : IDisposable
{
    [ThreadStatic]
    private static NetworkMemory? _current;

    private readonly NetworkMemory? _outer = _current;
    private readonly long _available;
    private readonly int _copies;
    private readonly Func<NetworkMemory, double, Exception> _error;
    private readonly Action _checkAlive;
    private double _weights;

    private NetworkMemory(long available, int copies, Func<NetworkMemory, double, Exception> error, Action? checkAlive = null) =>
        (_available, _copies, _error, _checkAlive) = (available, copies, error, checkAlive ?? (() => { }));

    /// <summary>The memory that the process may use.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Limits allocations until the limit is disposed.</summary>
    /// <param name="available">The bytes available.</param>
    /// <param name="copies">The numbers kept per weight: the weight, its gradient, its moments, copies of it.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public static NetworkMemory Limit(long available, int copies, Action? checkAlive = null) =>
        _current = new NetworkMemory(available, copies, (limit, bytes) => limit.TooLargeToTrain(bytes), checkAlive);

    /// <summary>Limits the weights of a network that guides the training of another.</summary>
    /// <param name="available">The bytes that are left beside that training.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public static NetworkMemory OfGuide(long available, Action checkAlive) =>
        _current = new NetworkMemory(available, copies: 1, (limit, bytes) => limit.TooLargeToGuide(bytes), checkAlive);

    /// <summary>Limits the weights of a loaded network to those that the file holds.</summary>
    /// <param name="numbers">The numbers in it.</param>
    public static NetworkMemory OfFile(long numbers) => _current =
        new NetworkMemory(numbers * sizeof(float), copies: 1, (limit, _) => limit.LargerThanFile());

    /// <summary>Throws when the fit that creates the network was cancelled; for weights that are computed.</summary>
    public static void CheckAlive() => _current?._checkAlive();

    /// <summary>Asks for weights of Single.</summary>
    /// <param name="shape">Their shape.</param>
    /// <exception cref="InvalidOperationException">With them the network takes more memory than is available.</exception>
    /// <exception cref="FormatException">With them the network has more weights than its file.</exception>
    public static void Ask(params ReadOnlySpan<long> shape)
    {
        if (_current is not { } limit)
        {
            return;
        }
        limit._checkAlive();
        var count = 1.0;
        foreach (var size in shape)
        {
            count *= size;
        }
        limit._weights += count;
        var bytes = limit._weights * sizeof(float) * limit._copies;
        if (bytes > limit._available)
        {
            throw limit._error(limit, bytes);
        }
    }

    private InvalidOperationException TooLargeToTrain(double bytes) => new(string.Create(CultureInfo.InvariantCulture,
        $"The network is too large to train: {_weights:n0} weights or more, {_copies} numbers each (with gradient, moments and copies), "
        + $"take {bytes / (1 << 20):n0} MB, and {_available / (1 << 20):n0} MB are available. Make it narrower or shallower, or give it fewer classes, tokens or steps."));

    private InvalidOperationException TooLargeToGuide(double bytes) => new(string.Create(CultureInfo.InvariantCulture,
        $"Training.Guidance.Guide is too large: {_weights:n0} weights or more take {bytes / (1 << 20):n0} MB, and beside this training {Math.Max(0, _available) / (1 << 20):n0} MB are available. Take a smaller network."));

    private FormatException LargerThanFile() => new(string.Create(CultureInfo.InvariantCulture,
        $"The description calls for {_weights:n0} weights or more, and the file holds {_available / sizeof(float):n0}."));

    public void Dispose() => _current = _outer;
}
