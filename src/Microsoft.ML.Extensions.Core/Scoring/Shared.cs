namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Something that several use at once, on any thread: whoever gives it back last frees it.</summary>
/// <remarks>Its owner is one user until <see cref="Close"/>; each cursor, engine and call in flight is another.</remarks>
/// <param name="value">What is used.</param>
/// <param name="bytes">The native memory that it takes, which the garbage collector does not see.</param>
/// <param name="closed">What to say to whom comes after the owner has closed it.</param>
internal sealed class Shared<T>(T value, long bytes, Func<ObjectDisposedException> closed)
    where T : class, IDisposable
{
    private readonly object _gate = new();
    private int _users = 1;
    private bool _isClosed;
    private bool _isCounted;

    /// <summary>One more user.</summary>
    /// <exception cref="ObjectDisposedException">The owner has closed it.</exception>
    public Lease<T> Rent()
    {
        lock (_gate)
        {
            CheckOpen();
            _users++;
        }
        return new Lease<T>(this, value);
    }

    /// <summary>A user's call begins; it ends with <see cref="GiveBack"/>.</summary>
    /// <exception cref="ObjectDisposedException">Nobody uses it any more, so that it was freed.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            if (_users == 0)
            {
                throw closed();
            }
            _users++;
        }
    }

    /// <exception cref="ObjectDisposedException">The owner has closed it.</exception>
    public void CheckOpen()
    {
        if (Volatile.Read(ref _isClosed))
        {
            throw closed();
        }
    }

    /// <summary>The owner is done: nobody new may use it. To be called any number of times.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }
            Volatile.Write(ref _isClosed, true);
            // Engines are not told when they end: the collector is to hear how much they may keep.
            if (_users > 1 && bytes > 0)
            {
                GC.AddMemoryPressure(bytes);
                _isCounted = true;
            }
        }
        GiveBack();
    }

    /// <summary>One user or call less.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            if (--_users > 0)
            {
                return;
            }
            if (_isCounted)
            {
                GC.RemoveMemoryPressure(bytes);
            }
        }
        value.Dispose();
    }
}
