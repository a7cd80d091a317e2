namespace Microsoft.ML.Extensions.Scoring;

/// <summary>One user's share of a <see cref="Shared{T}"/>; returned by Dispose, or by the finalizer.</summary>
/// <remarks>The finalizer serves PredictionEngine, which does not dispose the rows that it reads through.</remarks>
internal sealed class Lease<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Lazy<T> _value;
    private Shared<T>? _shared;

    public Lease(Shared<T> shared, Lazy<T> value) => (_shared, _value) = (shared, value);

    ~Lease() => GiveBack();

    /// <summary>Uses the shared value, which cannot be freed meanwhile, not even by a Dispose on another thread.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public TResult Use<TResult>(Func<T, TResult> work)
    {
        using var hold = Hold();
        return work(_value.Value);
    }

    /// <summary>Keeps the shared value from being freed until the result is disposed, and does not create it.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public Held Hold()
    {
        var shared = _shared;
        ObjectDisposedException.ThrowIf(shared is null, this);
        shared.Enter();
        return new Held(shared);
    }

    public void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack() => Interlocked.Exchange(ref _shared, null)?.GiveBack();

    internal readonly ref struct Held(Shared<T> shared)
    {
        public void Dispose() => shared.GiveBack();
    }
}
