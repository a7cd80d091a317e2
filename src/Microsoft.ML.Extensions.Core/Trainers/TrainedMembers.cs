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

    /// <summary>Keeps a checkpoint until the fit has finished; called by any thread.</summary>
    public Checkpoint? Keep(Checkpoint? checkpoint)
    {
        if (checkpoint is not null)
        {
            lock (_checkpoints)
            {
                _checkpoints.Add(checkpoint);
            }
        }
        return checkpoint;
    }

    public void Add(TrainedMember trained)
    {
        _networks.Add(trained.Network);
        if (trained.Course is { } course)
        {
            _courses.Add(course);
        }
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

/// <summary>A trained network of a fit.</summary>
/// <param name="Network">The network.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Course">How sparse it was while it was trained; null where it was not.</param>
/// <param name="Judged">Its outputs for the rows that measure its gain over a base; null where there is none.</param>
internal sealed record TrainedMember(Network Network, MemberRows Rows, SparseCourse? Course, RowOutputs? Judged);

/// <summary>The rows of one network of a fit.</summary>
/// <param name="Train">The training rows.</param>
/// <param name="Held">The rows that decide when to stop; null for none.</param>
/// <param name="Judged">The rows that measure its gain over a base; null where there is none.</param>
internal sealed record MemberRows(ExampleSource Train, ExampleSource? Held, JudgedRows? Judged);

/// <summary>Rows that measure the gain of networks over a base.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Base">The base's held-out predictions for them.</param>
internal sealed record JudgedRows(ExampleSource Rows, RowOutputs Base);
