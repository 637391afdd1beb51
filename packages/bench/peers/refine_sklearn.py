"""One support vector machine with RBF kernel for each cluster, against all other rows; it judges the cluster's rows.

As published (Girish et al., ICCV 2021). The clusters are shared out to the threads.
"""
from peer import ARGUMENTS, require, serve

np = require("numpy")
joblib = require("joblib")
svm = require("sklearn.svm", "scikit-learn")

rows = np.load(ARGUMENTS["rows"])
labels = np.load(ARGUMENTS["labels"])


def judge(cluster):
    members = labels == cluster
    machine = svm.SVC(C=1, kernel="rbf", gamma="scale").fit(rows, members)
    return members, machine.decision_function(rows[members])


def run():
    # SVC gives up the interpreter's lock while it fits, so the threads work at the same time.
    judged = joblib.Parallel(n_jobs=ARGUMENTS["threads"], prefer="threads")(
        joblib.delayed(judge)(cluster) for cluster in range(labels.max() + 1))
    decisions = np.zeros(len(labels), np.float32)
    for members, values in judged:
        decisions[members] = values
    return decisions


def finish(decisions):
    decisions.tofile(ARGUMENTS["answer"])
    return {"kept": int((decisions > 0).sum())}


serve(run, finish)
