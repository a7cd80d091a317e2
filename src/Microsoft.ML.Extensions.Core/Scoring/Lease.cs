namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The right of one user to something <see cref="Shared{T}"/>; given back by Dispose, or once nothing refers to it.</summary>
/// <remarks>The finalizer is for PredictionEngine, which disposes no row that it reads through.</remarks>
internal sealed class Lease<T> : IDisposable
    where T : class, IDisposable
{
    private readonly T _value;
    private Shared<T>? _shared;

    public Lease(Shared<T> shared, T value) => (_shared, _value) = (shared, value);

    ~Lease() => GiveBack();

    /// <summary>Works with what is shared, which cannot be freed meanwhile, not even by a Dispose of this on another thread.</summary>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    public TResult Use<TResult>(Func<T, TResult> work)
    {
        var shared = _shared;
        ObjectDisposedException.ThrowIf(shared is null, this);
        shared.Enter();
        try
        {
            return work(_value);
        }
        finally
        {
            shared.GiveBack();
        }
    }

    public void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack() => Interlocked.Exchange(ref _shared, null)?.GiveBack();
}
