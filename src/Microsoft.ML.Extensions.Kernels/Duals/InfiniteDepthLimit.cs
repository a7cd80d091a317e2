namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The limit of an infinitely wide network's classifier at infinite depth (Radhakrishnan, Belkin and Uhler 2023, arXiv 2204.14126).
/// </summary>
/// <remarks>A = E[phi], A' = E[phi'], B' = E[phi'^2] under the standard normal law, with E[phi^2] = 1.</remarks>
public enum InfiniteDepthLimit
{
    /// <summary>A = A' = 0: the label of the nearest training row.</summary>
    NearestNeighbor,

    /// <summary>
    /// A = 0, 0 &lt; A'^2 &lt; 1: the rows vote with weights that grow like ||x - z||^-alpha towards the query. On the sphere of dimension
    /// d it is Bayes-optimal as rows become many if and only if alpha = d.
    /// </summary>
    SingularKernel,

    /// <summary>A != 0 with B' &gt; 1, or with B' = 1 for the NTK: the most frequent label, for every query.</summary>
    MajorityVote,

    /// <summary>
    /// A != 0 with B' &lt; 1, or with B' = 1 for the NNGP: the kernel tends to 1 for every pair of rows. That is not a vote, and no closed
    /// form is offered: use a finite depth.
    /// </summary>
    Ordered,

    /// <summary>A'^2 = 1: the activation is the identity and the network linear at every depth.</summary>
    Linear,
}
