namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A value that several users share, on any thread; it is freed when the last of them returns it.</summary>
/// <remarks>The owner is a user until <see cref="Close"/>; so is each cursor, engine and running call.</remarks>
/// <param name="value">The value, which its first user may create.</param>
/// <param name="bytes">Its native memory, which the garbage collector does not see.</param>
/// <param name="closed">Creates the exception for users who come after the owner has closed it.</param>
internal sealed class Shared<T>(Lazy<T> value, long bytes, Func<ObjectDisposedException> closed)
    where T : class, IDisposable
{
    public Shared(T value, long bytes, Func<ObjectDisposedException> closed)
        : this(new Lazy<T>(value), bytes, closed)
    {
    }

    private readonly object _gate = new();
    private int _users = 1;
    private bool _isClosed;
    private bool _isCounted;

    /// <summary>The value, for a caller that holds a lease of it.</summary>
    public T Value => value.Value;

    /// <summary>Adds a user.</summary>
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

    /// <summary>Begins a user's call, which ends with <see cref="GiveBack"/>.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
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

    /// <summary>Ends the owner's use: no new users are accepted. It may be called several times.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }
            Volatile.Write(ref _isClosed, true);
            // Engines are not disposed reliably: the collector learns how much memory they may keep.
            if (_users > 1 && bytes > 0)
            {
                GC.AddMemoryPressure(bytes);
                _isCounted = true;
            }
        }
        GiveBack();
    }

    /// <summary>Removes a user or ends a call.</summary>
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
        if (value.IsValueCreated)
        {
            value.Value.Dispose();
        }
    }
}
