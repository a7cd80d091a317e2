using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions;

/// <summary>The networks trained so far; disposed with the fit unless it finished.</summary>
internal sealed class TrainedMembers : IDisposable
{
    private readonly List<Network> _networks = [];
    private readonly List<Checkpoint> _checkpoints = [];
    private readonly List<SparseCourse> _courses = [];
    private bool _finished;

    public IReadOnlyList<Network> Networks => _networks;

    /// <summary>How sparse the networks were while they were trained; null where they were not.</summary>
    public SparseCourse? Course => SparseCourse.Mean(_courses);

    /// <summary>Notes how sparse a network was while it was trained.</summary>
    public void Note(SparseCourse course) => _courses.Add(course);

    public Network Add(Network network)
    {
        _networks.Add(network);
        return network;
    }

    public Checkpoint? Keep(Checkpoint? checkpoint)
    {
        if (checkpoint is not null)
        {
            _checkpoints.Add(checkpoint);
        }
        return checkpoint;
    }

    /// <summary>Disposes the networks, if they are not used.</summary>
    public void Drop()
    {
        _networks.ForEach(network => network.Dispose());
        _networks.Clear();
    }

    /// <summary>Hands the networks over to a model, and deletes the checkpoints.</summary>
    public void Finish()
    {
        _checkpoints.ForEach(checkpoint => checkpoint.Delete());
        _finished = true;
    }

    public void Dispose()
    {
        if (!_finished)
        {
            Drop();
        }
    }
}

/// <summary>The rows of one network of a fit.</summary>
/// <param name="Train">The training rows.</param>
/// <param name="Held">The rows that decide when to stop; null for none.</param>
/// <param name="Judged">The rows that measure its gain over a base; null where there is none.</param>
internal sealed record MemberRows(ExampleSource Train, ExampleSource? Held, JudgedRows? Judged);

/// <summary>Rows that measure the gain of networks over a base.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Base">The base's held-out predictions for them.</param>
internal sealed record JudgedRows(ExampleSource Rows, RowOutputs Base);
